import { type Coordinates, type CustomerRef, type Entry, type Settings } from '@portal/projection';
import { type DocumentStore, type ParkedEntry } from '@portal/stores';
import { type States } from './states.ts';
import { eachSlice, type Slice } from './slices.ts';
import { type Counted, countGone, countOf, parkAll, type Tally } from './tally.ts';
import { type Witness } from '../store/witness.ts';
import {
  foldWork,
  goOnDropping,
  withLoadedIds,
  needsLoad,
  requestOf,
  restartWork,
  startWork,
  takeLoaded,
  type Work,
} from './work.ts';
import { type Ready, readyOf, writeAll } from './write-records.ts';

export interface Applier {
  readonly store: DocumentStore;
  readonly states: States;
  readonly settings: Settings;
  /** Epoch milliseconds; stamps parked entries only, never the state. */
  readonly now: () => number;
  /** Rejects when the store no longer holds what was written to it: see store-check.ts. */
  readonly checkStore: () => Promise<unknown>;
  readonly witness: Witness;
}

export interface Applied {
  readonly outcomes: readonly Counted[];
  /** Entries whose fold failed: parked here, as holes of their customers. */
  readonly failed: readonly ParkedEntry[];
  /** Of all that was parked here, what was not parked before. */
  readonly newlyParked: readonly ParkedEntry[];
  /** Compare-and-apply that found another writer's vector: reloaded and folded again. */
  readonly conflicts: number;
}

/** Another writer cannot win this often in a row unless something is badly wrong. */
const CONFLICT_ROUNDS_MAX = 50;

/** A fold that asks for further side fields this often does not know what it wants. */
const LOAD_ROUNDS_MAX = 1_000;

/**
 * Folds a batch into the store, some customers at a time: load, fold, one compare-and-apply per customer, and again for
 * those that met another writer, or whose event ids were not as new as the fold took them for. `pause` is awaited
 * before each slice and ends the batch by rejecting. Rejects otherwise only when the store does: everything can then be
 * given again.
 *
 *   states ─┬─ cached ───────────────┐
 *           └─ load (one pipeline) ──┴─► fold ─► apply (one pipeline) ─► applied | erased
 *                    ▲                    │needs            │conflict: all anew │known: its ids are loaded too
 *                    └────────────────────┴─────────────────┴───────────────────┘
 *
 * The order of writes is what makes a crash harmless: each leaves only what the next run of the same batch mends.
 *   1. storms, by the follower, before the batch is given (follower.ts)
 *   2. parked entries, before the record that leaves a hole for them
 *   3. who has more holes than are kept one by one, before the record that says so (write-records.ts)
 *   4. records and documents
 *   5. parked entries whose holes closed come off the list (write-records.ts)
 *   6. what is there of erased customers goes, after everything else
 *   7. the checkpoint, by the follower, and behind it the commit of the offset (session.ts)
 */
export async function applyBatch(
  applier: Applier,
  entries: ReadonlyMap<CustomerRef, readonly Entry[]>,
  undecodable: readonly ParkedEntry[],
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Applied> {
  const { states, store } = applier;
  const tally: Tally = {
    ...{ outcomes: [], failed: [], newlyParked: [], gone: new Set() },
    conflicts: 0,
  };
  await parkAll(store, undecodable, tally);
  await eachSlice(entries, pause, (slice) => applySlice(applier, slice, tally));
  // Also for customers erased before: another generation knew it first, or a crash left something behind.
  if (tally.gone.size > 0) await store.erase([...tally.gone]);
  tally.gone.forEach((ref) => {
    states.drop(ref);
    applier.witness.erased(ref);
  });
  const { outcomes, failed, newlyParked, conflicts } = tally;
  return { outcomes, failed, newlyParked, conflicts };
}

async function applySlice(applier: Applier, slice: Slice, tally: Tally): Promise<void> {
  const { states } = applier;
  let pending = slice.map(([ref, list]) => startWork(ref, list, states.get(ref)));
  let conflictRounds = 0;
  while (pending.length > 0) {
    const { ready, moved } = await foldAll(applier, pending, tally);
    const { conflicting, mistaken, unfinished } = await writeAll(applier, ready, tally);
    const again = [...moved, ...conflicting];
    tally.conflicts += again.length;
    conflictRounds = again.length === 0 ? 0 : conflictRounds + 1;
    if (conflictRounds > CONFLICT_ROUNDS_MAX) {
      throw new Error(`${again.length} customers stay in conflict with another writer`);
    }
    again.forEach(({ ref }) => {
      states.drop(ref);
    });
    pending = [
      ...again.map(restartWork),
      ...mistaken.map(withLoadedIds),
      ...unfinished.map(({ ref, removed }) => goOnDropping(ref, states.get(ref), removed)),
    ];
  }
}

/** Loads and folds until no customer needs another side field. */
async function foldAll(
  applier: Applier,
  all: readonly Work[],
  tally: Tally,
): Promise<{ readonly ready: readonly Ready[]; readonly moved: readonly Work[] }> {
  const { store, settings } = applier;
  const ready: Ready[] = [];
  const moved: Work[] = [];
  let pending = all;
  for (let round = 1; pending.length > 0; round += 1) {
    if (round > LOAD_ROUNDS_MAX) {
      throw new Error(`the fold of ${pending[0]?.ref ?? ''} asks for ever more side fields`);
    }
    const { usable, gone, stale } = await loadAll(applier, pending);
    moved.push(...stale);
    for (const work of gone) countGone(work, tally);
    const again: Work[] = [];
    const poison: ParkedEntry[] = [];
    const closed: Coordinates[] = [];
    for (const work of usable) {
      const folded = foldWork(work, settings, applier.now(), poison);
      if (folded.kind === 'needs') again.push(work);
      else if (folded.kind === 'erased') countGone(work, tally);
      else {
        if (folded.texts !== null) ready.push(readyOf(work, folded, folded.texts));
        else {
          closed.push(...folded.closed);
          tally.outcomes.push(...countOf(work, folded.outcomes));
          if (work.base !== null) applier.states.set(work.ref, work.base);
        }
      }
    }
    await parkAll(store, poison, tally);
    if (closed.length > 0) await store.unpark(closed);
    tally.failed.push(...poison);
    pending = again;
  }
  return { ready, moved };
}

async function loadAll({ store, checkStore, witness }: Applier, pending: readonly Work[]) {
  const loads = pending.filter(needsLoad);
  const before = loads.map(({ ref }) => witness.memoryOf(ref));
  const records = loads.length === 0 ? [] : await store.load(loads.map(requestOf));
  // After the load: a store that lost its data in between gave records that must not be folded upon.
  if (loads.length > 0) await checkStore();
  const gone = new Set<Work>();
  const stale = new Set<Work>();
  loads.forEach((work, index) => {
    const record = records[index];
    if (record === undefined) throw new Error('the store answered fewer records than asked for');
    witness.check(record, before[index]);
    if (record.erased) gone.add(work);
    else if (!takeLoaded(work, record)) stale.add(work);
  });
  return {
    usable: pending.filter((work) => !gone.has(work) && !stale.has(work)),
    gone,
    stale,
  };
}
