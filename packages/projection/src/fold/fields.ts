/**
 * The side fields of one record, as the fold sees them: a working copy over what was loaded. A field
 * that was asked for but not loaded is noted in `missing`; the caller then loads it and folds again.
 * Chunks are parsed once and may be changed in place; `put` says that they were.
 */
export interface Fields {
  /** null when the record has no such field (or it is not loaded yet, see `missing`). */
  open<T>(name: string, codec: FieldCodec<T>): T | null;
  /** Like `open`, for a field that can only exist if this fold made it: never asks for a load. */
  openFresh<T>(name: string, codec: FieldCodec<T>): T | null;
  put<T>(name: string, codec: FieldCodec<T>, value: T): void;
  remove(name: string): void;
  readonly missing: ReadonlySet<string>;
  changes(): { readonly set: ReadonlyMap<string, string>; readonly remove: readonly string[] };
}

export interface FieldCodec<T> {
  readonly decode: (text: string) => T;
  readonly encode: (value: T) => string;
}

/** Texts by field name; null = known not to exist. A name that is not in the map was not loaded. */
export type LoadedFields = ReadonlyMap<string, string | null>;

interface Slot {
  readonly value: unknown;
  readonly text: (() => string) | null;
  readonly changed: boolean;
}

export function createFields(loaded: LoadedFields): Fields {
  const slots = new Map<string, Slot>();
  const missing = new Set<string>();

  const read = <T>(name: string, codec: FieldCodec<T>, fresh: boolean): T | null => {
    const slot = slots.get(name);
    if (slot !== undefined) return slot.value as T | null;
    const text = loaded.get(name);
    if (text === undefined && !fresh) missing.add(name);
    const value = text === undefined || text === null ? null : codec.decode(text);
    slots.set(name, { value, text: null, changed: false });
    return value;
  };

  return {
    open: (name, codec) => read(name, codec, false),
    openFresh: (name, codec) => read(name, codec, true),
    put: (name, codec, value) => {
      slots.set(name, { value, text: () => codec.encode(value), changed: true });
    },
    remove: (name) => {
      slots.set(name, { value: null, text: null, changed: true });
    },
    missing,
    changes: () => {
      const changed = [...slots].filter(([, slot]) => slot.changed);
      return {
        set: new Map(
          changed.flatMap(([name, { text }]) => (text === null ? [] : [[name, text()]])),
        ),
        remove: changed.filter(([, { text }]) => text === null).map(([name]) => name),
      };
    },
  };
}

/** Names of side fields. The number comes before the name a producer chose, so no two can collide. */
export const fieldName = {
  invoice: (id: string): string => `i:${id}`,
  /** Cells of one metric on one UTC day. */
  cells: (day: number, metric: string): string => `u:${day}:${metric}`,
  /** Point and unique events of one metric on one UTC day; see raw-usage.ts. */
  raw: (day: number, shard: number, metric: string): string =>
    `r:${day}${shardSuffix(shard)}:${metric}`,
  /** Changes and members of a metric that were dropped behind the horizon; see standing.ts. */
  changes: (metric: string): string => `t:${metric}`,
  members: (metric: string): string => `m:${metric}`,
};

const shardSuffix = (shard: number): string => (shard === 0 ? '' : `.${shard}`);
