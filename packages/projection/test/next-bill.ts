import { type BillingEvent, type NextBilling, type SubscriptionSnapshot } from '@portal/projection';
import { at, given } from '@portal/testkit';

/** The fields of a subscription that began at that instant. */
export const started = (iso: string): Partial<SubscriptionSnapshot> => ({
  subscription_at: at(iso),
  started_at: at(iso),
  created_at: at(iso),
});

/** The first row of next_billing, or undefined. */
export const billAt = (iso: string, ...events: readonly BillingEvent[]): NextBilling | undefined =>
  given(...events).at(iso).summary.next_billing[0];

/** date, days until, amount: what moves. */
export const moving = (row: NextBilling | undefined) =>
  row && [row.next_billing_date, row.days_until_next_billing, row.amount_cents];
