import {
  type CustomerRef,
  type Entry,
  partitionName,
  type PartitionName,
  type ReadVector,
  readVector,
} from '@portal/projection';
import { type LoadedRecord } from '@portal/stores';
import { createHand, type Hand, type LogSlice } from './refill-hand.ts';
import { foldOnto, type ReadRecord } from './refill-fold.ts';
import { isDueAt } from '../batch/group.ts';
import { storedState } from '../batch/stored-state.ts';
import { orInterrupted } from './reading.ts';
import { isAtLeast, othersOf, type Refolded, type Refolding, ROUNDS_MAX } from './refold.ts';

/** For each customer and partition the lowest offset that is missing in the record. */
export type Lacking = ReadonlyMap<CustomerRef, ReadonlyMap<PartitionName, number>>;

/**
 * For customers whose log does not hold all of them: folds onto the record, once more, what the log does hold of each
 * partition from the first record on that was parked. What was folded of that is recognised by event id and version, so
 * only what was parked counts. That is so while no usage among it is older than event ids are kept; else nothing is
 * written. What was parked before the log begins stays a range of holes. One compare-and-apply, as in `refold`.
 */
export async function refill(
  refolding: Refolding,
  lacking: Lacking,
  entriesMax?: number,
): Promise<ReadonlyMap<CustomerRef, Refolded>> {
  const results = new Map<CustomerRef, Refolded>();
  let waiting = [...lacking.keys()];
  while (waiting.length > 0) {
    const hand = createHand(refolding, entriesMax);
    const records = await refolding.store.load(waiting.map((ref) => ({ ref, fields: [] })));
    const begins = await beginsOf(refolding);
    const slices = records.flatMap((record) => slicesOf(record, begins, lacking));
    const others = await othersOf(
      refolding,
      slices.map(({ name }) => name),
    );
    // What they lack is in no log. Asking for it would make the read fail for all.
    for (const { ref, name } of slices) if (others.has(name)) results.set(ref, 'other_log');
    await hand.read(slices.filter(({ ref }) => !results.has(ref)));
    for (const { ref } of records) {
      if (results.has(ref) || hand.isPutOff(ref)) continue;
      const result = await refillOne(refolding, hand, ref, lacking);
      if (result !== null) results.set(ref, result);
    }
    waiting = waiting.filter((ref) => !results.has(ref));
  }
  return results;
}

type Begins = ReadonlyMap<string, number>;

async function beginsOf({ source, stopping }: Refolding): Promise<Begins> {
  const { ranges } = await orInterrupted(source.partitions(), stopping);
  return new Map(ranges.map((range) => [partitionName(range), range.begin]));
}

/** What is to be read for a customer. Nothing of a partition whose log holds none of what the customer lacks. */
function slicesOf(
  { ref, vector: text, erased }: LoadedRecord,
  begins: Begins,
  lacking: Lacking,
): readonly LogSlice[] {
  const vector = readVector(text);
  if (erased) return [];
  return [...vector.positions].flatMap(([name, position]): LogSlice[] => {
    const begin = begins.get(name) ?? Infinity;
    const range = vector.ranges.get(name);
    const single = lacking.get(ref)?.get(name as PartitionName) ?? Infinity;
    const first = Math.min(single, range?.first ?? Infinity);
    const last = Math.max(range?.last ?? -1, single === Infinity ? -1 : single);
    if (begin > last) return [];
    return [{ ref, name: name as PartitionName, from: Math.max(first, begin), to: position + 1 }];
  });
}

/** null when there was no room for what came meanwhile. */
async function refillOne(
  refolding: Refolding,
  hand: Hand,
  ref: CustomerRef,
  lacking: Lacking,
): Promise<Refolded | null> {
  const own = lacking.get(ref) ?? new Map<PartitionName, number>();
  for (let round = 1; round <= ROUNDS_MAX; round += 1) {
    const begins = await beginsOf(refolding);
    // The topic was there a moment ago. If it comes back, it may be another log.
    if ([...own.keys()].some((name) => !begins.has(name))) return 'other_log';
    const [record] = await refolding.store.load([{ ref, fields: [] }]);
    if (record === undefined || record.erased) return 'erased';
    const state = storedState(record);
    if (state === null) return 'unknown';
    const vector = readVector(record.vector);
    const slices = slicesOf(record, begins, lacking);
    await hand.read(slices);
    if (hand.isTooMany(ref)) return 'too_many';
    if (hand.isPutOff(ref)) return null;
    const others = await othersOf(
      refolding,
      slices.map(({ name }) => name),
    );
    if (others.size > 0) return 'other_log';
    const entries = slices.flatMap(({ name, from, to }): readonly Entry[] =>
      hand.entries(ref, name).filter((e) => e.at.offset >= from && isDueAt(e, to - 1)),
    );
    const result = await writeOne(refolding, { ...record, state }, slices, entries);
    if (result === 'moved') continue;
    hand.letGo(ref);
    return result === 'replaced' && isIncomplete(vector, own, begins) ? 'incomplete' : result;
  }
  hand.letGo(ref);
  return 'contended';
}

/** Something that was parked lies before the log begins, or the whole partition is gone. */
const isIncomplete = (
  { ranges }: ReadVector,
  lacking: ReadonlyMap<PartitionName, number>,
  begins: Begins,
): boolean =>
  [...lacking, ...[...ranges].map(([name, { first }]) => [name, first] as const)].some(
    ([name, first]) => first < (begins.get(name) ?? Infinity),
  );

async function writeOne(
  refolding: Refolding,
  record: ReadRecord,
  slices: readonly LogSlice[],
  entries: readonly Entry[],
): Promise<Refolded | 'moved'> {
  const { store, replaced, unread } = refolding;
  const { ref, vector: text } = record;
  // The log holds none of what it lacks: there is nothing to do.
  if (slices.length === 0) return 'replaced';
  const made = await foldOnto(refolding, record, slices, entries);
  switch (made.kind) {
    case 'moved':
      return made.kind;
    case 'erased':
      await store.erase([ref]);
      return 'erased';
    case 'folded': {
      const [before, after] = [readVector(text), readVector(made.change.vector)];
      if (!isAtLeast(after, before)) return 'worse';
      await store.park(made.failed);
      const [result] = await store.apply([made.change]);
      if (result !== 'applied') return result === 'erased' ? 'erased' : 'moved';
      for (const { kind, at } of entries) if (kind === 'parked') unread(at, 'undecodable');
      for (const entry of made.failed) unread(entry, 'fold_failed');
      replaced(ref, made.change.vector);
      await store.markBeyond([ref], after.ranges.size > 0);
      return 'replaced';
    }
    default:
      return made satisfies never;
  }
}
