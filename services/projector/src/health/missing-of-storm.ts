import { partitionName } from '@portal/projection';
import { type Storm } from '@portal/stores';
import { type Progress } from '../follow/stalls.ts';

/** Which records of a storm are no longer in the log, so that nobody will ever read them. */
export type MissingOfStorm =
  | { readonly kind: 'none' | 'all' }
  /** Those before `begin`. */
  | { readonly kind: 'some'; readonly begin: number };

/** A topic that is not there may be back in a moment: nothing counts as missing. */
export function missingOf(storm: Storm, { partitions, missing }: Progress): MissingOfStorm {
  if (missing.includes(storm.family)) return { kind: 'none' };
  const begin =
    partitions.find((each) => partitionName(each) === partitionName(storm))?.begin ?? Infinity;
  if (begin <= storm.first) return { kind: 'none' };
  return begin > storm.last ? { kind: 'all' } : { kind: 'some', begin };
}
