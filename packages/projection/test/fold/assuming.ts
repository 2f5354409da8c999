import {
  DEFAULT_SETTINGS,
  encodeRecord,
  type Entry,
  fold,
  type Folded,
  foreseenFields,
} from '@portal/projection';
import { foldBatch, type TestRecord } from '@portal/testkit';

type FoldedState = Extract<Folded, { readonly kind: 'folded' }>;

interface Assuming {
  readonly record: TestRecord;
  /** Nothing that was assumed turned out to be otherwise. */
  readonly held: boolean;
  readonly folded: FoldedState;
  /** The side fields it had loaded. */
  readonly names: readonly string[];
}

/**
 * Folds one batch with ids taken for absent, but for the shards that `isLoaded` picks, and then does as a store and who
 * asks it do: adds the rows, or folds upon loaded ids when one of them is there.
 */
export function foldAssuming(
  record: TestRecord,
  entries: readonly Entry[],
  isLoaded: (name: string) => boolean,
): Assuming {
  const { shards } = record.state.usage.ids;
  const names = Array.from({ length: shards }, (_, shard) => `d:${shard}`).filter(isLoaded);
  const loaded = new Map(names.map((name) => [name, record.fields.get(name) ?? null]));
  let wanted = foreseenFields(entries, record.state, true);
  for (;;) {
    for (const name of wanted) loaded.set(name, record.fields.get(name) ?? null);
    const folded = fold(record.state, loaded, entries, DEFAULT_SETTINGS, true);
    if (folded.kind === 'erased') throw new Error('nobody asked for that');
    if (folded.kind === 'needs') {
      wanted = folded.fields;
      continue;
    }
    const fields = withChanges(record.fields, folded);
    const seen = { folded, names: [...loaded.keys()] };
    if (fields === null) return { record: foldBatch(record, entries), held: false, ...seen };
    const outcomes = [...record.outcomes, ...folded.outcomes];
    const next = { ...record, state: folded.state, fields, outcomes, folds: record.folds + 1 };
    return { record: folded.unfinished ? foldBatch(next, []) : next, held: true, ...seen };
  }
}

const ROW = 13;
const HASH = 8;
const rowsOf = (shard: string): readonly string[] => shard.match(/.{13}/gs) ?? [];

/** null when an id that was taken for absent is there. */
function withChanges(
  before: ReadonlyMap<string, string>,
  { set, remove, assumed }: FoldedState,
): ReadonlyMap<string, string> | null {
  const fields = new Map([...before, ...set]);
  for (const name of remove) fields.delete(name);
  for (const [shard, added] of assumed ?? []) {
    const name = `d:${shard}`;
    if (set.has(name) || remove.includes(name)) throw new Error(`${name} is changed and assumed`);
    const byHash = new Map(rowsOf(before.get(name) ?? '').map((row) => [row.slice(0, HASH), row]));
    for (const row of added) {
      if (row.length !== ROW) throw new Error('no row');
      if (byHash.has(row.slice(0, HASH))) return null;
      byHash.set(row.slice(0, HASH), row);
    }
    if (byHash.size > 255) return null;
    fields.set(name, [...byHash.values()].sort().join(''));
  }
  return fields;
}

/** All of a record as texts, what says nothing too. */
export const stored = ({ state, fields }: TestRecord): readonly unknown[] => [
  [...encodeRecord(state, null).parts],
  [...fields].sort(([a], [b]) => (a < b ? -1 : 1)),
];
