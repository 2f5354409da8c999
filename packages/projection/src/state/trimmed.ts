import { type Charge, type Micros, MICROS_PER_DAY, parseSeries, toIso } from '@portal/billing';
import { readPartitionName, type PartitionName } from '../coordinates.ts';
import { type Dict, get } from '../dict.ts';
import { type TrimmedUsage } from '../settings.ts';
import { type UsageState } from './state.ts';
import { startOf, trialBaseOf } from './subscription.ts';

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

type Began = Parameters<typeof trialBaseOf>[0];

/**
 * Why a charge's units cannot be told, though what is left of the usage gives some; null: nothing it needs is missing, or
 * they could not be told anyway.
 */
export function trimmedCharge(
  usage: UsageState,
  subscription: Began,
  { aggregation, recurring }: Charge,
  priced: { readonly units: string | null },
): string | null {
  const isCarried = recurring && CARRIED.has(aggregation) && priced.units !== null;
  return isCarried ? missing(usage, subscription) : null;
}

const CARRIED: ReadonlySet<Charge['aggregation']> = new Set<Charge['aggregation']>([
  'sum',
  'max',
  'unique_count',
  'weighted_sum',
  'latest',
]);

/**
 * The same for a feature that no charge measures. Of other kinds it counts the period's own usage alone; a metric keeps
 * to its kind, so it needs earlier changes where there are some, or where nothing tells what kind it is.
 */
export function trimmedFeature(
  usage: UsageState,
  subscription: Began,
  metric: string,
): string | null {
  const state = get(usage.metrics, metric);
  const isOfOtherKind =
    state?.kind === 'kept' &&
    (state.raw?.change_rows ?? 0) === 0 &&
    Object.keys(state.series).every((name) => parseSeries(name).kind !== 'change');
  return isOfOtherKind ? null : missing(usage, subscription);
}

function missing({ trimmed_at }: UsageState, subscription: Began): string | null {
  // What is carried counts from the one, what lies in the period from the other.
  const began = Math.min(trialBaseOf(subscription), startOf(subscription));
  if (trimmed_at === null || began >= trimmed_at) return null;
  const day = toIso(trimmed_at).slice(0, 10);
  return `history_trimmed: usage from before ${day} may be missing, and all since the subscription began is needed`;
}
