import { carriedKinds, type Charge, parseSeries, toIso } from '@portal/billing';
import { get } from '../dict.ts';
import { type UsageState } from '../state/usage-state.ts';
import { startOf, trialBaseOf } from '../state/subscription.ts';

type Began = Parameters<typeof trialBaseOf>[0];

/**
 * Why a charge's units cannot be told, though what is left of the usage gives some; null: nothing it needs is missing, or
 * they could not be told anyway.
 */
export function trimmedCharge(
  usage: UsageState,
  subscription: Began,
  charge: Charge,
  priced: { readonly units: string | null },
): string | null {
  if (priced.units === null || carriedKinds(charge).length === 0) return null;
  return missing(usage, subscription);
}

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
    (state.single?.change_rows ?? 0) === 0 &&
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
