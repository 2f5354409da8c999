import { messageOf, type TextCodec } from '../stored/codec.ts';

/**
 * The side fields of one record, as the fold sees them: a working copy over what was loaded. A field
 * that was asked for but not loaded is noted in `missing`; the caller then loads it and folds again.
 * Chunks are parsed once and may be changed in place; `put` says that they were.
 *
 *     asked for by   open        openKnown    openOrAssume               openFresh
 *     not loaded     `missing`   `missing`    `missing`, or `assumed`    absent
 *     not there      null        damage       null                       null
 */
export interface Fields {
  /** null when the record has no such field (or it is not loaded yet, see `missing`). */
  open<T>(name: string, codec: TextCodec<T>): T | null;
  /** Like `open`, for a field that the state says is there: throws when it is not, as what it held would count as nothing. */
  openKnown<T>(name: string, codec: TextCodec<T>): T | null;
  /** Like `open`, for a field that can only exist if this fold made it: never asks for a load. */
  openFresh<T>(name: string, codec: TextCodec<T>): T | null;
  /**
   * Like `open`, but where the fold may assume, a field that is not loaded begins as if there were none. What is put into
   * it is no change of the whole field: see `assumed`. To `open` such a field asks for a load all the same.
   */
  openOrAssume<T>(name: string, codec: TextCodec<T>): T | null;
  put<T>(name: string, codec: TextCodec<T>, value: T): void;
  remove(name: string): void;
  readonly missing: ReadonlySet<string>;
  /** What was put into fields without knowing what they hold, by field: it is not among the changes. */
  assumed(): ReadonlyMap<string, string>;
  changes(): { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] };
}

/** Texts by field name; null = known not to exist. A name that is not in the map was not loaded. */
export type LoadedFields = ReadonlyMap<string, string | null>;

interface Slot {
  value: unknown;
  /** How it is written; null: it was not changed, or it is gone. */
  codec: TextCodec<unknown> | null;
  changed: boolean;
  readonly assumed: boolean;
}

export function createFields(loaded: LoadedFields, mayAssume = false): Fields {
  const slots = new Map<string, Slot>();
  const missing = new Set<string>();

  const read = <T>(
    name: string,
    codec: TextCodec<T>,
    unless: 'missing' | 'known' | 'fresh' | 'assumed',
  ): T | null => {
    const slot = slots.get(name);
    if (slot !== undefined) {
      if (slot.assumed && unless !== 'assumed') missing.add(name);
      return slot.value as T | null;
    }
    const text = loaded.get(name);
    const assumed = text === undefined && unless === 'assumed' && mayAssume;
    if (text === undefined && unless !== 'fresh' && !assumed) missing.add(name);
    if (text === null && unless === 'known') throw damage(name, 'it is not there');
    const value = text === undefined || text === null ? null : decoded(name, codec, text);
    slots.set(name, { value, codec: null, changed: false, assumed });
    return value;
  };

  return {
    open: (name, codec) => read(name, codec, 'missing'),
    openKnown: (name, codec) => read(name, codec, 'known'),
    openFresh: (name, codec) => read(name, codec, 'fresh'),
    openOrAssume: (name, codec) => read(name, codec, 'assumed'),
    put: (name, codec, value) => {
      const slot = slots.get(name);
      const written = codec as TextCodec<unknown>;
      if (slot === undefined)
        slots.set(name, { value, codec: written, changed: true, assumed: false });
      else {
        slot.value = value;
        slot.codec = written;
        slot.changed = true;
      }
    },
    remove: (name) => {
      slots.set(name, { value: null, codec: null, changed: true, assumed: false });
    },
    missing,
    assumed: () => {
      const texts = new Map<string, string>();
      for (const [name, { value, codec, assumed }] of slots) {
        if (assumed && codec !== null) texts.set(name, codec.encode(value));
      }
      return texts;
    },
    changes: () => {
      const set = new Map<string, string>();
      const remove: string[] = [];
      for (const [name, { value, codec, changed, assumed }] of slots) {
        if (!changed || assumed) continue;
        if (codec === null) remove.push(name);
        else set.set(name, codec.encode(value));
      }
      return { set, remove };
    },
  };
}

/** Opens a field as known where the state says that it is there; else it may be absent. */
export const openWhere = <T>(
  isThere: boolean,
  fields: Fields,
  name: string,
  codec: TextCodec<T>,
): T | null => (isThere ? fields.openKnown(name, codec) : fields.open(name, codec));

/** Names of side fields. The number comes before the name a producer chose, so no two can collide. */
export const fieldName = {
  invoice: (id: string): string => `i:${id}`,
  /** Cells of one metric on one UTC day. */
  cells: (day: number, metric: string): string => `u:${day}:${metric}`,
  /** Single events of one metric on one UTC day; see kinds/table.ts. */
  singleEvents: (day: number, shard: number, metric: string): string =>
    `r:${day}${shardSuffix(shard)}:${metric}`,
  /** What stays of changes and members of a metric behind the horizon; see kinds/changes.ts, kinds/members.ts. */
  changes: (metric: string): string => `t:${metric}`,
  members: (metric: string): string => `m:${metric}`,
};

const DAMAGED = 'DamagedField';

/** A side field holds what the fold never put there: no event of the batch is to blame. */
export const isDamage = (error: Error): boolean => error.name === DAMAGED;

function decoded<T>(name: string, codec: TextCodec<T>, text: string): T {
  try {
    return codec.decode(text);
  } catch (cause) {
    throw damage(name, messageOf(cause), cause);
  }
}

function damage(name: string, why: string, cause?: unknown): Error {
  const error = new Error(`side field ${JSON.stringify(name)} cannot be read: ${why}`, { cause });
  error.name = DAMAGED;
  return error;
}

const shardSuffix = (shard: number): string => (shard === 0 ? '' : `.${shard}`);
