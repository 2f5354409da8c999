import {
  type Coordinates,
  type CustomerRef,
  type Entry,
  type Family,
  type Outcome,
  type Settings,
  type State,
  vectorText,
} from '@portal/projection';
import { type DocumentStore, type ParkedEntry, type RecordChange } from '@portal/stores';
import { type CachedHead, type Heads } from './heads.ts';
import { type Witness } from './witness.ts';
import {
  type FoldedState,
  foldWork,
  needsLoad,
  requestOf,
  restartWork,
  startWork,
  type StoredTexts,
  takeLoaded,
  type Work,
} from './work.ts';

export interface Applier {
  readonly store: DocumentStore;
  readonly heads: Heads;
  readonly settings: Settings;
  /** Epoch milliseconds; stamps parked entries only, never the state. */
  readonly now: () => number;
  /** Rejects when the store no longer holds what was written to it: see store-check.ts. */
  readonly checkStore: () => Promise<unknown>;
  readonly witness: Witness;
}

export interface Applied {
  readonly outcomes: readonly { readonly family: Family; readonly outcome: Outcome }[];
  /** Entries whose fold failed: parked here, as holes of their customers. */
  readonly failed: readonly ParkedEntry[];
  /** Of all that was parked here, what was not parked before. */
  readonly newlyParked: readonly ParkedEntry[];
  /** Compare-and-apply that found another writer's vector: reloaded and folded again. */
  readonly conflicts: number;
}

/** Another writer cannot win this often in a row unless something is badly wrong. */
export const CONFLICT_ROUNDS_MAX = 50;

/** A fold that asks for further side fields this often does not know what it wants. */
const LOAD_ROUNDS_MAX = 1_000;

/** Folds that drop old usage of one customer, some 4,000 event ids each; beyond, the store does not keep what they drop. */
export const PURGE_ROUNDS_MAX = 1_000;

/** A customer folded and waiting to be written. */
interface Ready {
  readonly work: Work;
  readonly next: CachedHead;
  readonly change: RecordChange;
  readonly counted: Applied['outcomes'];
  /** Parked entries that nothing waits for once this is written. */
  readonly closed: readonly Coordinates[];
  readonly isUnfinished: boolean;
}

/**
 * Folds a batch into the store: load, fold, one compare-and-apply per customer, and again for those
 * that met another writer. Rejects only when the store does: everything can then be given again.
 *
 *   heads ─┬─ cached ───────────────┐
 *          └─ load (one pipeline) ──┴─► fold ─► apply (one pipeline) ─► applied | erased
 *                   ▲                    │needs            │conflict
 *                   └────────────────────┴─────────────────┘
 */
export async function applyBatch(
  applier: Applier,
  entries: ReadonlyMap<CustomerRef, readonly Entry[]>,
  undecodable: readonly ParkedEntry[],
): Promise<Applied> {
  const { heads, store } = applier;
  const done: Done = { outcomes: [], failed: [], newlyParked: [], gone: new Set() };
  let conflicts = 0;
  let pending = [...entries].map(([ref, list]) => startWork(ref, list, heads.get(ref)));
  await parkAll(store, undecodable, done);
  let lost = 0;
  while (pending.length > 0) {
    const { ready, moved } = await foldAll(applier, pending, done);
    const { conflicting, unfinished } = await writeAll(applier, ready, done);
    const again = [...moved, ...conflicting];
    conflicts += again.length;
    lost = again.length === 0 ? 0 : lost + 1;
    if (lost > CONFLICT_ROUNDS_MAX) {
      throw new Error(`${again.length} customers stay in conflict with another writer`);
    }
    again.forEach(({ ref }) => {
      heads.drop(ref);
    });
    pending = [
      ...again.map(restartWork),
      ...unfinished.map(({ ref }) => startWork(ref, [], heads.get(ref))),
    ];
  }
  // Also for customers erased before: another generation knew it first, or a crash left something behind.
  if (done.gone.size > 0) await store.erase([...done.gone]);
  done.gone.forEach((ref) => {
    heads.drop(ref);
    applier.witness.erased(ref);
  });
  const { outcomes, failed, newlyParked } = done;
  return { outcomes, failed, newlyParked, conflicts };
}

interface Done {
  readonly outcomes: Applied['outcomes'][number][];
  readonly failed: ParkedEntry[];
  readonly newlyParked: ParkedEntry[];
  /** Customers found erased: nothing of theirs may stay, parked entries included. */
  readonly gone: Set<CustomerRef>;
}

/** Loads and folds until no customer needs another side field. */
async function foldAll(
  applier: Applier,
  all: readonly Work[],
  done: Done,
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
    for (const work of gone) countGone(work, done);
    const again: Work[] = [];
    const poison: ParkedEntry[] = [];
    const idle: Coordinates[] = [];
    for (const work of usable) {
      const folded = foldWork(work, settings, applier.now(), poison);
      if (folded.kind === 'needs') again.push(work);
      else if (folded.kind === 'erased') countGone(work, done);
      else {
        if (folded.texts !== null) ready.push(readyOf(work, folded, folded.texts));
        else {
          idle.push(...folded.closed);
          done.outcomes.push(...countOf(work, folded.outcomes));
          if (work.head !== null) applier.heads.set(work.ref, work.head);
        }
      }
    }
    await parkAll(store, poison, done);
    if (idle.length > 0) await store.unpark(idle);
    done.failed.push(...poison);
    pending = again;
  }
  return { ready, moved };
}

async function parkAll(
  store: DocumentStore,
  entries: readonly ParkedEntry[],
  done: Done,
): Promise<void> {
  if (entries.length === 0) return;
  const areNew = await store.park(entries);
  done.newlyParked.push(...entries.filter((_, index) => areNew[index] === true));
}

async function loadAll({ store, checkStore, witness }: Applier, pending: readonly Work[]) {
  const loads = pending.filter(needsLoad);
  const before = loads.map(({ ref }) => witness.memoryOf(ref));
  const records = loads.length === 0 ? [] : await store.load(loads.map(requestOf));
  // After the load: what a store says that lost its data in between must not be folded upon.
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

function readyOf(work: Work, folded: FoldedState, texts: StoredTexts): Ready {
  const { state, set, remove, closed, unfinished } = folded;
  const vector = vectorText(state);
  if (unfinished && state.usage.purging > PURGE_ROUNDS_MAX) {
    throw new Error(`old usage of ${work.ref} comes back however often it is dropped`);
  }
  return {
    work,
    next: { state, vector },
    change: {
      ref: work.ref,
      expected: work.head?.vector ?? '',
      vector,
      ...texts,
      set,
      remove,
    },
    counted: countOf(work, folded.outcomes),
    closed,
    isUnfinished: unfinished,
  };
}

function countGone(work: Work, done: Done): void {
  done.gone.add(work.ref);
  done.outcomes.push(
    ...countOf(
      work,
      work.entries.map(() => 'erased'),
    ),
  );
}

const countOf = (work: Work, outcomes: readonly Outcome[]): Applied['outcomes'] =>
  work.entries.map(({ at }, index) => ({
    family: at.family,
    outcome: outcomes[index] ?? 'redelivered',
  }));

/** Returns the works that met another writer, and those written that have old usage left to drop. */
async function writeAll({ store, heads, witness }: Applier, ready: readonly Ready[], done: Done) {
  const conflicting: Work[] = [];
  const unfinished: Work[] = [];
  const closed: Coordinates[] = [];
  if (ready.length === 0) return { conflicting, unfinished };
  const beyond = ready
    .filter(({ work, next }) => isBeyond(next.state) && !(work.head && isBeyond(work.head.state)))
    .map(({ work }) => work.ref);
  // Before: after a crash in between the record is folded again and there, not the other way round.
  if (beyond.length > 0) await store.markBeyond(beyond, true);
  const results = await store.apply(ready.map(({ change }) => change));
  ready.forEach(({ work, next, counted, closed: filled, isUnfinished }, index) => {
    const result = results[index];
    if (result === 'applied') {
      heads.set(work.ref, next);
      witness.saw(work.ref, next.vector);
      if (isUnfinished) unfinished.push(work);
      closed.push(...filled);
      done.outcomes.push(...counted);
    } else if (result === 'erased') {
      countGone(work, done);
    } else {
      conflicting.push(work);
    }
  });
  // Behind the records: whatever a crash leaves on the list is found there and taken off, see heal.ts.
  if (closed.length > 0) await store.unpark(closed);
  return { conflicting, unfinished };
}

const isBeyond = ({ hole_ranges }: State): boolean => Object.keys(hole_ranges).length > 0;
