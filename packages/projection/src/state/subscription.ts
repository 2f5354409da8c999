import { type Cycle, type Micros } from '@portal/billing';
import { type SubscriptionSnapshot } from '../events.ts';

type Start = Pick<SubscriptionSnapshot, 'started_at' | 'subscription_at' | 'created_at'>;
type End = Pick<SubscriptionSnapshot, 'ending_at' | 'terminated_at'>;
type Terms = Start &
  End &
  Pick<
    SubscriptionSnapshot,
    'plan' | 'billing_time' | 'month_end' | 'current_period_start' | 'current_period_end'
  >;

/** When the subscription starts, and what its periods are anchored to. */
export const startOf = (subscription: Start): Micros =>
  subscription.started_at ?? subscription.subscription_at ?? subscription.created_at;

/** Where its trial is counted from: the agreed day comes first here. */
export const trialBaseOf = (subscription: Start): Micros =>
  subscription.subscription_at ?? subscription.started_at ?? subscription.created_at;

/** The earlier of its two ends, exclusive; null while none is known. */
export function endOf({ ending_at, terminated_at }: End): Micros | null {
  if (ending_at === null || terminated_at === null) return ending_at ?? terminated_at;
  return ending_at < terminated_at ? ending_at : terminated_at;
}

export const cycleOf = (subscription: Terms, timezone: string): Cycle => ({
  interval: subscription.plan.interval,
  billing_time: subscription.billing_time,
  month_end: subscription.month_end,
  anchor: startOf(subscription),
  timezone,
  current_period_start: subscription.current_period_start,
  current_period_end: subscription.current_period_end,
  ends_at: endOf(subscription),
});

/**
 * Whether a document carries the subscription at all. Terminated ones, and canceled ones without an
 * end ahead, can never be shown again whatever the clock says.
 */
export const isListed = (
  subscription: Pick<SubscriptionSnapshot, 'status' | 'ending_at'>,
): boolean => {
  switch (subscription.status) {
    case 'pending':
    case 'active':
    case 'paused':
      return true;
    case 'canceled':
      return subscription.ending_at !== null;
    case 'terminated':
      return false;
    default:
      return subscription.status satisfies never;
  }
};
