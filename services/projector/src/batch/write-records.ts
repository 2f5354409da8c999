import { type Coordinates, type CustomerRef, type State } from '@portal/projection';
import { type DocumentStore, type RecordChange } from '@portal/stores';
import { keptFields } from './kept-fields.ts';
import { type CachedState, lengthsOf, type States } from './states.ts';
import { countGone, type Counted, countOf, type Tally } from './tally.ts';
import { type Witness } from '../store/witness.ts';
import { type FoldedState, type StoredTexts, type Work } from './work.ts';

/** What is written to, and what remembers it. */
interface Writing {
  readonly store: DocumentStore;
  readonly states: States;
  readonly witness: Witness;
}

/** A customer folded and waiting to be written. */
export interface Ready {
  readonly work: Work;
  readonly next: CachedState;
  readonly change: RecordChange;
  readonly counted: readonly Counted[];
  /** Parked entries that nothing waits for once this is written. */
  readonly closed: readonly Coordinates[];
  readonly isUnfinished: boolean;
}

/** A customer written who has old usage left to drop, and the side fields that were removed with it. */
export interface Unfinished {
  readonly ref: CustomerRef;
  readonly removed: ReadonlySet<string>;
}

/**
 * Returns the works that met another writer, those that assumed something of ids that does not hold, and the customers
 * written that have old usage left to drop.
 */
export async function writeAll(
  { store, states, witness }: Writing,
  ready: readonly Ready[],
  tally: Tally,
) {
  const conflicting: Work[] = [];
  const mistaken: Work[] = [];
  const unfinished: Unfinished[] = [];
  const closed: Coordinates[] = [];
  if (ready.length === 0) return { conflicting, mistaken, unfinished };
  const beyond = ready
    .filter(({ work, next }) => isBeyond(next.state) && !(work.base && isBeyond(work.base.state)))
    .map(({ work }) => work.ref);
  // Before: after a crash in between the record is folded again and there, not the other way round.
  if (beyond.length > 0) await store.markBeyond(beyond, true);
  const results = await store.apply(ready.map(({ change }) => change));
  ready.forEach(({ work, next, change, counted, closed: filled, isUnfinished }, index) => {
    const result = results[index];
    switch (result) {
      case 'applied':
        states.set(work.ref, next);
        witness.saw(work.ref, next.vector);
        if (isUnfinished) unfinished.push({ ref: work.ref, removed: new Set(change.remove) });
        closed.push(...filled);
        tally.outcomes.push(...counted);
        return;
      case 'erased':
        countGone(work, tally);
        return;
      // An event id is there that the fold took for absent, or its shard has no room. Nothing was written, and nobody
      // else wrote: the state holds, and the fold upon loaded ids assumes nothing, so this comes once in a batch.
      case 'known':
        if (change.assumed === undefined) {
          throw new Error(
            `the store knows event ids of ${work.ref} that nobody assumed to be absent`,
          );
        }
        mistaken.push(work);
        return;
      case 'conflict':
        conflicting.push(work);
        return;
      case undefined:
        throw new Error('the store answered fewer changes than it was given');
      default:
        result satisfies never;
    }
  });
  // Behind the records: what a crash in between leaves on the list waits for nothing, and healing takes it off.
  if (closed.length > 0) await store.unpark(closed);
  return { conflicting, mistaken, unfinished };
}

export function readyOf(work: Work, folded: FoldedState, texts: StoredTexts): Ready {
  const { state, set, remove, assumed, closed, unfinished, projected } = folded;
  // However much there is, each step drops what the one before did not: else the store keeps nothing of it.
  if (unfinished && work.removed.size > 0 && remove.every((name) => work.removed.has(name))) {
    throw new Error(`old usage of ${work.ref} comes back however often it is dropped`);
  }
  return {
    work,
    next: {
      ...{ state, vector: texts.vector, fields: keptFields(work.fields, folded) },
      lengths: lengthsOf(texts.parts, work.base?.lengths),
      ...(projected === null ? {} : { projected }),
    },
    change: {
      ref: work.ref,
      expected: work.base?.vector ?? '',
      ...texts,
      set,
      remove,
      ...(assumed === null ? {} : { assumed }),
    },
    counted: countOf(work, folded.outcomes),
    closed,
    isUnfinished: unfinished,
  };
}

const isBeyond = ({ hole_ranges }: State): boolean => Object.keys(hole_ranges).length > 0;
