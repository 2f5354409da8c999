import {
  type Coordinates,
  type CustomerRef,
  type Entry,
  type Family,
  type Outcome,
  type Settings,
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
  /** Compare-and-apply that found another writer's vector: reloaded and folded again. */
  readonly conflicts: number;
}

/** Another writer cannot win this often in a row unless something is badly wrong. */
export const CONFLICT_ROUNDS_MAX = 50;

/** A customer folded and waiting to be written. */
interface Ready {
  readonly work: Work;
  readonly next: CachedHead;
  readonly change: RecordChange;
  readonly counted: Applied['outcomes'];
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
  const done: Done = { outcomes: [], failed: [], gone: new Set() };
  let conflicts = 0;
  let pending = [...entries].map(([ref, list]) => startWork(ref, list, heads.get(ref)));
  if (undecodable.length > 0) await store.park(undecodable);
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
  return { outcomes: done.outcomes, failed: done.failed, conflicts };
}

interface Done {
  readonly outcomes: Applied['outcomes'][number][];
  readonly failed: ParkedEntry[];
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
  while (pending.length > 0) {
    const { usable, gone, stale } = await loadAll(applier, pending);
    moved.push(...stale);
    for (const work of gone) countGone(work, done);
    const again: Work[] = [];
    const poison: ParkedEntry[] = [];
    const closed: Coordinates[] = [];
    for (const work of usable) {
      const folded = foldWork(work, settings, applier.now(), poison);
      if (folded.kind === 'needs') again.push(work);
      else if (folded.kind === 'erased') countGone(work, done);
      else {
        closed.push(...folded.closed);
        if (folded.texts !== null) ready.push(readyOf(work, folded, folded.texts));
        else {
          done.outcomes.push(...countOf(work, folded.outcomes));
          if (work.head !== null) applier.heads.set(work.ref, work.head);
        }
      }
    }
    if (poison.length > 0) await store.park(poison);
    // Before the apply: after a crash in between the hole is still open, and is closed when it is read again.
    if (closed.length > 0) await store.unpark(closed);
    done.failed.push(...poison);
    pending = again;
  }
  return { ready, moved };
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
  const { state, set, remove } = folded;
  const vector = vectorText(state);
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
    isUnfinished: folded.unfinished,
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
  if (ready.length === 0) return { conflicting, unfinished };
  const results = await store.apply(ready.map(({ change }) => change));
  ready.forEach(({ work, next, counted, isUnfinished }, index) => {
    const result = results[index];
    if (result === 'applied') {
      heads.set(work.ref, next);
      witness.saw(work.ref, next.vector);
      if (isUnfinished) unfinished.push(work);
      done.outcomes.push(...counted);
    } else if (result === 'erased') {
      countGone(work, done);
    } else {
      conflicting.push(work);
    }
  });
  return { conflicting, unfinished };
}
