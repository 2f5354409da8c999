import { type Cents, fixedDaysBill, nearestCents, NO_CENTS, toIso } from '@portal/billing';
import { type NextBilling, type Unavailable, type UpcomingCharge } from '../answer.ts';
import { type DocumentSubscription } from '../document.ts';
import { type DatePolicy } from '../settings.ts';
import { beyondCents } from './beyond.ts';
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
  /** Base plus usage, of any size. */
  readonly total: bigint;
  readonly unavailable: readonly Unavailable[];
  /** What is more than its field can hold. */
  readonly beyond: readonly string[];
}

export function rowOf(subscription: DocumentSubscription, clock: Clock, policy: DatePolicy): Row {
  const life = lifecycleAt(subscription, clock);
  const bill = billDate(subscription, life, clock, policy);
  const usage = usageNow(subscription, life);
  const priced = usageAmount(subscription, usage);
  const base = baseAmount(subscription, life);
  const total = BigInt(base) + priced.exact;
  const { id, external_id, plan } = subscription;
  // Names are written out in both: a spread with names after it takes V8 twenty times as long as the rest of this.
  return {
    subscription,
    life,
    usage,
    next: {
      subscription_id: id,
      subscription_external_id: external_id,
      plan_name: plan.name,
      plan_interval: plan.interval,
      next_billing_date: toIso(bill.at),
      days_until_next_billing: bill.days,
      amount_cents: life.baseIsDue ? life.billedPlan.amount_cents : NO_CENTS,
      currency: life.billedPlan.currency,
    },
    upcoming: {
      subscription_id: id,
      subscription_external_id: external_id,
      plan_name: plan.name,
      base_amount_cents: base,
      usage_amount_cents: nearestCents(priced.exact),
      total_estimated_cents: nearestCents(total),
      currency: plan.currency,
    },
    total,
    unavailable: priced.unavailable,
    beyond: [
      ...life.beyond,
      ...beyondCents('usage_amount_cents', priced.exact),
      ...beyondCents('total_estimated_cents', total),
    ],
  };
}

function billDate(
  { plan, started_at, created_at, timezone }: DocumentSubscription,
  { nextBill }: Lifecycle,
  clock: Clock,
  policy: DatePolicy,
) {
  switch (policy) {
    case 'calendar':
      return { at: nextBill, days: clock.daysUntil(nextBill, timezone) };
    case 'fixed_days': {
      const bill = fixedDaysBill(plan.interval, started_at ?? created_at, clock.now);
      clock.reached(bill.validUntil);
      return bill;
    }
    default:
      return policy satisfies never;
  }
}

/** Usage is priced in the current plan's currency: a pending plan in another one cannot be added to it. */
export function baseAmount({ plan }: DocumentSubscription, life: Lifecycle): Cents {
  if (!life.baseIsDue) return NO_CENTS;
  return life.billedPlan.currency === plan.currency
    ? life.billedPlan.amount_cents
    : plan.amount_cents;
}
