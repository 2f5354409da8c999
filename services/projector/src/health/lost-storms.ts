import { partitionName } from '@portal/projection';
import { type Storm } from '@portal/stores';
import { type Progress } from '../follow/stalls.ts';

/** What of a storm its log does not hold any more, so that nobody will ever read it. */
export type Lost =
  | { readonly kind: 'none' | 'all' }
  /** What lies before `begin`. */
  | { readonly kind: 'some'; readonly begin: number };

/** Of a topic that is not there nothing is known: it may be away for a moment. */
export function lostOf(storm: Storm, { partitions, missing }: Progress): Lost {
  if (missing.includes(storm.family)) return { kind: 'none' };
  const begin =
    partitions.find((each) => partitionName(each) === partitionName(storm))?.begin ?? Infinity;
  if (begin <= storm.first) return { kind: 'none' };
  return begin > storm.last ? { kind: 'all' } : { kind: 'some', begin };
}
