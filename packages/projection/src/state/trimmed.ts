import { type Micros, MICROS_PER_DAY } from '@portal/billing';
import { readPartitionName, type PartitionName } from '../coordinates.ts';
import { type Dict } from '../dict.ts';
import { type TrimmedUsage } from '../settings.ts';
import { type UsageState } from './usage-state.ts';

/**
 * Before which instant usage may be missing, when the oldest record that is left came at `oldest`. What is gone came
 * before it, and is of a day later at most: usage further ahead of its arrival is refused. A second day is that on which a
 * subscription begins, as what it carries counts from that day's local midnight; the third is to spare.
 */
export const trimmedFrom = (oldest: Micros): Micros => (oldest + 3 * MICROS_PER_DAY) as Micros;

/**
 * The same for one customer. Its usage lies in the partitions with the numbers of all its events: other topics are never
 * trimmed, so they name each number that its key ever belonged to, also when no usage is left.
 */
export function trimmedAt(
  {
    vector,
    usage,
  }: { readonly vector: Dict<number>; readonly usage: Pick<UsageState, 'trimmed_at'> },
  trimmed: TrimmedUsage,
): Micros | null {
  if (trimmed.size === 0) return usage.trimmed_at;
  const instants = Object.keys(vector).flatMap((name) => {
    const at = trimmed.get(readPartitionName(name as PartitionName).partition);
    return at === undefined ? [] : [at];
  });
  if (usage.trimmed_at !== null) instants.push(usage.trimmed_at);
  return instants.length === 0 ? null : (Math.max(...instants) as Micros);
}
