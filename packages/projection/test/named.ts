import { type BillingEvent, type SubscriptionSnapshot } from '@portal/projection';
import { aCharge, aSubscription, at, aUsage, given } from '@portal/testkit';
import { around } from './instants.ts';
import { moving, started } from './next-bill.ts';

/** Anniversaries of 15 January, with usage of powers of ten: the sum tells which of them counted. */
export const anniversary = (terms: Partial<SubscriptionSnapshot> = {}) =>
  aSubscription({
    ...started('2026-01-15T10:00:00Z'),
    billing_time: 'anniversary',
    charges: [aCharge({ aggregation: 'sum', properties: { amount: '1' } })],
    ...terms,
  });

const USED = [
  '2026-11-14T12:00:00Z',
  '2026-11-15T05:00:00Z',
  '2026-11-15T10:00:00Z',
  '2026-12-14T23:00:00Z',
  '2026-12-15T05:00:00Z',
  '2026-12-15T10:00:00Z',
] as const;
export const usage = USED.map((iso, index) =>
  aUsage({ timestamp: at(iso), value: String(10 ** index) }),
);

/** Start and end of the period shown, its usage, that of the one before, and the next bill. */
export function tellAt(iso: string, ...events: readonly BillingEvent[]) {
  const { summary, details } = given(...events).at(iso);
  const [row] = details.subscriptions;
  const { current_period: now, previous_period: before } = row ?? {};
  return {
    period: now && [now.start, now.end],
    usage: summary.upcoming_charges[0]?.usage_amount_cents,
    before: before && [before.start, before.end, before.usage_amount_cents],
    bill: moving(summary.next_billing[0]),
  };
}

export const turns = (iso: string, ...events: readonly BillingEvent[]) =>
  around(iso).map((each) => tellAt(each, ...events));
