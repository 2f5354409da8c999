import { localDate, type Period, periodBefore } from '@portal/billing';
import { get } from '../../dict.ts';
import { type DocumentSubscription } from '../../document.ts';
import { ISSUED_DAYS } from '../../state/state.ts';
import { type Items } from '../../project/itemise.ts';
import { cycleOf, startOf } from '../../state/subscription.ts';
import { beyondCents } from '../beyond.ts';
import { type Lifecycle } from '../lifecycle.ts';
import { lineOf, type UsageAmount, usageAmount, usageIn } from '../usage.ts';

export interface PreviousPeriod extends UsageAmount {
  readonly period: Period;
  /** null: it cannot be told any more. */
  readonly invoiceArrived: boolean | null;
}

/** null in the first period: before its start a subscription has none. */
export function previousPeriod(
  items: Items,
  subscription: DocumentSubscription,
  life: Lifecycle,
): PreviousPeriod | null {
  if (!life.started) return null;
  const period = periodBefore(cycleOf(subscription, subscription.timezone), life.period);
  if (period.end <= startOf(subscription)) return null;
  const { exact, unavailable } = usageAmount(subscription, usageIn(subscription, period));
  const beyond = beyondCents('usage_amount_cents', exact).map((reason) =>
    lineOf(subscription, null, reason),
  );
  return {
    period,
    exact,
    unavailable: [...unavailable, ...beyond],
    invoiceArrived: invoiceArrived(items, subscription, period),
  };
}

/**
 * A bill for a period is an invoice that names the subscription, went out, and is dated on the local day
 * the period ended or later.
 */
function invoiceArrived(
  items: Items,
  subscription: DocumentSubscription,
  { end }: Period,
): boolean | null {
  const issued = get(items.issued, subscription.id);
  if (issued === undefined) return false;
  const ended = localDate(end, subscription.timezone);
  const days = Object.keys(issued.days).map(Number);
  if (days.some((day) => day >= ended)) return true;
  // What went out long before the newest one is forgotten, even when that was taken back.
  return ended < issued.newest - ISSUED_DAYS ? null : false;
}
