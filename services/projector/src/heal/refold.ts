import {
  type Coordinates,
  type CustomerRef,
  type Entry,
  isOpenIn,
  partitionName,
  type PartitionName,
  readPartitionName,
  readVector,
  type ReadVector,
  type Settings,
} from '@portal/projection';
import {
  createMemoryDatabase,
  createMemoryStore,
  type DocumentStore,
  type MemoryDatabase,
  type ParkedEntry,
} from '@portal/stores';
import { type SourceBatch } from '@portal/streams';
import { applyBatch, type Applier } from '../batch/apply-batch.ts';
import { addEntry, concernsOf, isDueAt } from '../batch/group.ts';
import { createStates } from '../batch/states.ts';
import { orInterrupted, readBeside, type Reading } from './reading.ts';
import { otherLogs } from './same-log.ts';
import { createWitness } from '../store/witness.ts';

export interface Refolding extends Reading {
  readonly store: DocumentStore;
  readonly settings: Settings;
  /** Epoch milliseconds; stamps parked entries only. */
  readonly now: () => number;
  /** Called for every record that was written, with its new vector. */
  readonly replaced: (ref: CustomerRef, vector: string) => void;
  /** Called once for every record that could not be read or folded this time either. */
  readonly unread: (at: Coordinates, why: 'undecodable' | 'fold_failed') => void;
}

/**
 * replaced:   the record is what its whole log folds to, at the position it had.
 * incomplete: the same, of all that the log still holds; something that was parked is gone from it for good.
 * erased:     the customer is erased.
 * unknown:    there is no record of it.
 * trimmed:    the log no longer holds all of it; nothing was written. `refill` is next, and never returns this itself.
 * too_many:   as trimmed, and more records have to be folded once more than fit in memory; nothing was written.
 * other_log:  the log is not the one that was folded, or is not there now; nothing was written.
 * worse:      today's fold of the log has a hole where the record has none; nothing was written.
 * contended:  others wrote it each time; nothing was written, it may be tried again.
 */
export type Refolded =
  | 'replaced'
  | 'incomplete'
  | 'erased'
  | 'unknown'
  | 'trimmed'
  | 'too_many'
  | 'other_log'
  | 'worse'
  | 'contended';

/** How often what came meanwhile is read, and the record compared again. */
export const ROUNDS_MAX = 10;

/**
 * Folds customers anew, each from every partition its record names up to where the record stands, and puts the result
 * in the record's place by one compare-and-apply. One pass reads for all of them; all are held in memory, so the caller
 * gives so many as fit. The live follower may write them meanwhile: then the tail is folded as well. Killed at any
 * moment, it has written whole records or none. Rejects when source or store do, with Interrupted when the process stops.
 */
export async function refold(
  refolding: Refolding,
  refs: readonly CustomerRef[],
): Promise<ReadonlyMap<CustomerRef, Refolded>> {
  const results = new Map<CustomerRef, Refolded>();
  const fresh = freshFold(refolding);
  let open: readonly CustomerRef[] = [...new Set(refs)];
  for (let round = 1; open.length > 0 && round <= ROUNDS_MAX; round += 1) {
    const all = await goalsOf(refolding, open, results);
    await fresh.foldTo(all);
    const others = await othersOf(
      refolding,
      all.flatMap(({ vector }) => [...vector.positions.keys()]),
    );
    const goals = all.filter(({ ref, vector }) => {
      const isOther = [...vector.positions.keys()].some((name) => others.has(name));
      if (isOther) results.set(ref, 'other_log');
      return !isOther;
    });
    await refolding.store.park(
      fresh.takeFailed().filter((entry) => !others.has(partitionName(entry))),
    );
    for (const [index, result] of (await write(refolding, fresh.database, goals)).entries()) {
      const goal = goals[index];
      if (goal !== undefined && result !== 'conflict') results.set(goal.ref, result);
    }
    open = open.filter((ref) => !results.has(ref));
  }
  for (const ref of open) results.set(ref, 'contended');
  return results;
}

/** A customer and where its record stands. */
interface Goal {
  readonly ref: CustomerRef;
  readonly text: string;
  readonly vector: ReadVector;
}

async function goalsOf(
  { store, source, stopping }: Refolding,
  refs: readonly CustomerRef[],
  results: Map<CustomerRef, Refolded>,
): Promise<readonly Goal[]> {
  const { ranges } = await orInterrupted(source.partitions(), stopping);
  const isWhole = (name: string, position: number): boolean =>
    ranges.some(
      (range) => partitionName(range) === name && range.begin === 0 && range.end > position,
    );
  const records = await store.load(refs.map((ref) => ({ ref, fields: [] })));
  return records.flatMap(({ ref, vector: text, erased }): Goal[] => {
    const vector = readVector(text);
    if (erased) results.set(ref, 'erased');
    else if (text === '') results.set(ref, 'unknown');
    else if (![...vector.positions].every(([name, at]) => isWhole(name, at))) {
      results.set(ref, 'trimmed');
    } else return [{ ref, text, vector }];
    return [];
  });
}

/** The partitions whose log is another one. Asked after the fold, so that nothing of such a log is written. */
export async function othersOf(refolding: Refolding, names: readonly string[]) {
  const { source, store, stopping } = refolding;
  // Before the ranges: the live follower moves on meanwhile.
  const checkpoints = await store.checkpoints();
  const { ranges } = await orInterrupted(source.partitions(), stopping);
  return otherLogs(refolding, new Set(names), checkpoints, ranges);
}

/** The very same fold, onto a store in memory. */
function freshFold(refolding: Refolding) {
  const { store, settings, now, unread } = refolding;
  const database = createMemoryDatabase();
  const applier: Applier = {
    ...{ store: createMemoryStore({ generation: store.generation, database }), settings, now },
    states: createStates(Number.MAX_SAFE_INTEGER),
    checkStore: () => Promise.resolve(),
    witness: createWitness(0, 1, now),
  };
  /** Where each customer stood when it was folded last. */
  const done = new Map<CustomerRef, ReadVector>();
  const failed: ParkedEntry[] = [];
  return {
    database,
    takeFailed: () => failed.splice(0),
    foldTo: async (goals: readonly Goal[]) => {
      const byRef = new Map(goals.map((goal) => [goal.ref, goal]));
      for (const name of new Set(goals.flatMap(({ vector }) => [...vector.positions.keys()]))) {
        const at = readPartitionName(name as PartitionName);
        const to = Math.max(...goals.map(({ vector }) => behind(vector, name)));
        const from = Math.min(...goals.map(({ ref }) => behind(done.get(ref), name)));
        if (to <= from) continue;
        await readBeside(refolding, at, from, to, async (batch) => {
          const entries = entriesOf(batch, byRef);
          const applied = await applyBatch(applier, entries, []);
          failed.push(...applied.failed);
          for (const { kind, at: place } of [...entries.values()].flat()) {
            if (kind === 'parked') unread(place, 'undecodable');
          }
          for (const entry of applied.failed) unread(entry, 'fold_failed');
        });
      }
      for (const { ref, vector } of goals) done.set(ref, vector);
    },
  };
}

const behind = (vector: ReadVector | undefined, name: string): number =>
  (vector?.positions.get(name) ?? -1) + 1;

/** The entries of a batch for these customers, up to where their records stand. */
function entriesOf(
  batch: SourceBatch,
  goals: ReadonlyMap<CustomerRef, Goal>,
): ReadonlyMap<CustomerRef, readonly Entry[]> {
  const entries = new Map<CustomerRef, Entry[]>();
  const name = partitionName(batch);
  for (const [ref, entry] of batch.records.flatMap(concernsOf)) {
    const position = goals.get(ref)?.vector.positions.get(name) ?? -1;
    if (isDueAt(entry, position)) addEntry(entries, ref, entry);
  }
  return entries;
}

async function write(
  { store, replaced }: Refolding,
  database: MemoryDatabase,
  goals: readonly Goal[],
): Promise<readonly (Refolded | 'conflict')[]> {
  const results: (Refolded | 'conflict')[] = [];
  for (const { ref, text, vector } of goals) {
    if (database.erased.has(ref)) {
      await store.erase([ref]);
      results.push('erased');
      continue;
    }
    const made = database.generations.get(store.generation)?.records.get(ref);
    if (made === undefined || !isAtLeast(readVector(made.vector), vector)) {
      results.push('worse');
      continue;
    }
    const { parts, document, fields } = made;
    const change = { ref, expected: text, vector: made.vector, parts, document, set: fields };
    const [result] = await store.apply([{ ...change, remove: [], replace: true }]);
    if (result === 'applied') {
      replaced(ref, made.vector);
      await store.markBeyond([ref], readVector(made.vector).ranges.size > 0);
    }
    // A record written anew assumes nothing of stored ids, so `known` cannot come.
    const isConflict = result === undefined || result === 'known';
    results.push(result === 'applied' ? 'replaced' : isConflict ? 'conflict' : result);
  }
  return results;
}

/** `made` has the positions of `before`, and no hole that `before` has not. */
export function isAtLeast(made: ReadVector, before: ReadVector): boolean {
  const isThere = [...before.positions].every(([name, at]) => made.positions.get(name) === at);
  const holes = made.holes.every(({ partition, offset }) => isOpenIn(before, partition, offset));
  const ranges = [...made.ranges].every(([partition, { first, last, count }]) => {
    const range = before.ranges.get(partition);
    return (
      range !== undefined && first >= range.first && last <= range.last && count <= range.count
    );
  });
  return isThere && holes && ranges;
}
