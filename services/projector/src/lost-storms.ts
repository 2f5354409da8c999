import { partitionName } from '@portal/projection';
import { type Storm } from '@portal/stores';
import { type PartitionProgress } from './stalls.ts';

/** What of a storm its log does not hold any more, so that nobody will ever read it. */
export type Lost =
  | { readonly kind: 'none' | 'all' }
  /** What lies before `begin`. */
  | { readonly kind: 'some'; readonly begin: number };

export function lostOf(storm: Storm, progress: readonly PartitionProgress[]): Lost {
  const begin =
    progress.find((each) => partitionName(each) === partitionName(storm))?.begin ?? Infinity;
  if (begin <= storm.first) return { kind: 'none' };
  return begin > storm.last ? { kind: 'all' } : { kind: 'some', begin };
}
