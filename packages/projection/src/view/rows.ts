import { addCents, type Cents, NO_CENTS, toIso } from '@portal/billing';
import { type NextBilling, type Unavailable, type UpcomingCharge } from '../answer.ts';
import { type Document, type DocumentSubscription } from '../document.ts';
import { type Clock } from './clock.ts';
import { type Lifecycle, lifecycleAt } from './lifecycle.ts';
import { type PeriodUsage, usageAmount, usageNow } from './usage.ts';

/** Everything the answer says about one current subscription. */
export interface Row {
  readonly subscription: DocumentSubscription;
  readonly life: Lifecycle;
  readonly usage: PeriodUsage;
  readonly next: NextBilling;
  readonly upcoming: UpcomingCharge;
  readonly unavailable: readonly Unavailable[];
}

export function rowOf(document: Document, subscription: DocumentSubscription, clock: Clock): Row {
  const life = lifecycleAt(subscription, clock);
  const usage = usageNow(document, subscription, life);
  const priced = usageAmount(subscription, usage);
  const base = baseAmount(subscription, life);
  const names = {
    subscription_id: subscription.id,
    subscription_external_id: subscription.external_id,
    plan_name: subscription.plan.name,
  };
  return {
    subscription,
    life,
    usage,
    next: {
      ...names,
      plan_interval: subscription.plan.interval,
      next_billing_date: toIso(life.nextBill),
      days_until_next_billing: clock.daysUntil(life.nextBill, subscription.timezone),
      amount_cents: life.baseIsDue ? life.billedPlan.amount_cents : NO_CENTS,
      currency: life.billedPlan.currency,
    },
    upcoming: {
      ...names,
      currency: subscription.plan.currency,
      base_amount_cents: base,
      usage_amount_cents: priced.amount,
      total_estimated_cents: addCents(base, priced.amount),
    },
    unavailable: priced.unavailable,
  };
}

/** Usage is priced in the current plan's currency: a pending plan in another one cannot be added to it. */
function baseAmount({ plan }: DocumentSubscription, life: Lifecycle): Cents {
  if (!life.baseIsDue) return NO_CENTS;
  return life.billedPlan.currency === plan.currency
    ? life.billedPlan.amount_cents
    : plan.amount_cents;
}
