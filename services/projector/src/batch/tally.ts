import { type CustomerRef, type Family, type Outcome } from '@portal/projection';
import { type DocumentStore, type ParkedEntry } from '@portal/stores';
import { type Work } from './work.ts';

/** What became of one record of the log. */
export interface Counted {
  readonly family: Family;
  readonly outcome: Outcome;
}

/** What a batch came to so far. */
export interface Tally {
  readonly outcomes: Counted[];
  /** Entries whose fold failed: parked, as holes of their customers. */
  readonly failed: ParkedEntry[];
  /** Of all that was parked, what was not parked before. */
  readonly newlyParked: ParkedEntry[];
  /** Customers found erased: nothing of theirs may stay, parked entries included. */
  readonly gone: Set<CustomerRef>;
  /** Compare-and-apply that found another writer's vector. */
  conflicts: number;
}

export async function parkAll(
  store: DocumentStore,
  entries: readonly ParkedEntry[],
  tally: Tally,
): Promise<void> {
  if (entries.length === 0) return;
  const areNew = await store.park(entries);
  tally.newlyParked.push(...entries.filter((_, index) => areNew[index] === true));
}

export function countGone(work: Work, tally: Tally): void {
  tally.gone.add(work.ref);
  const outcomes = work.entries.map(() => 'erased' as const);
  tally.outcomes.push(...countOf(work, outcomes));
}

/** An entry without an outcome had been folded before. */
export const countOf = (work: Work, outcomes: readonly Outcome[]): readonly Counted[] =>
  work.entries.map(({ at }, index) => ({
    family: at.family,
    outcome: outcomes[index] ?? 'redelivered',
  }));
