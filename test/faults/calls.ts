import { type Micros, parseIso } from '@portal/billing';
import { type BillingEvent, type CustomerId } from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  aSubscription,
  aUsage,
  eventually,
  ORGANIZATION,
} from '@portal/testkit';
import { readDashboard } from '../e2e/reader.ts';

/** Customers whose every call costs one euro, so that an event lost or doubled is seen in an amount. */
export const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;

export const CUSTOMERS = Array.from(
  { length: 12 },
  (_, index) => `33333333-3333-4333-8333-${String(index).padStart(12, '0')}` as CustomerId,
);

export const bought = CUSTOMERS.map((customer_id) =>
  aSubscription(
    {
      charges: [aCharge({ aggregation: 'count', properties: { amount: '100' } })],
      entitlements: [anEntitlement()],
    },
    { customer_id },
  ),
);

/** One call of each customer. */
export const used = (time: string): readonly BillingEvent[] =>
  CUSTOMERS.map((customer_id) => aUsage({}, { customer_id, event_id: `${time} ${customer_id}` }));

/** Resolves once every customer's calls are shown to cost that much. */
export async function shown(url: string, cents: number): Promise<void> {
  await eventually(
    () => Promise.all(CUSTOMERS.map((one) => readDashboard(url, ORGANIZATION, one, NOW))),
    (answers) =>
      answers.every(({ summary }) => summary.upcoming_charges[0]?.usage_amount_cents === cents),
  );
}
