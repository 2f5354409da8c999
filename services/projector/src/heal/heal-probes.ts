import { type Place } from '@portal/projection';
import { type ParkedRecord } from '@portal/stores';
import { type Reading, recordsAt } from './reading.ts';
import { causeName } from '../follow/storms.ts';

/** Whether records of a cause can be read now: one of each is read, in a round. */
export type Probes = (entry: Probed) => Promise<boolean>;
type Probed = Pick<
  ParkedRecord,
  'family' | 'partition' | 'offset' | 'code' | 'field' | 'schema_id'
>;

export function createProbes(reading: Reading, at: Place): Probes {
  const known = new Map<string, boolean>();
  return async (entry) => {
    // It could be read before: only the fold can tell.
    if (entry.code === 'fold_failed') return true;
    const name = causeName(entry);
    const before = known.get(name);
    if (before !== undefined) return before;
    const [record] = await recordsAt(reading, at, [entry.offset]);
    const isGood = record !== undefined && record.decoded.kind !== 'undecodable';
    known.set(name, isGood);
    return isGood;
  };
}
