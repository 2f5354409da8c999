import { fromMillis, type Micros } from '@portal/billing';
import type { BillingEvent, UsageFact } from '@portal/projection';
import { aCharge, aCustomer, anEntitlement, aSubscription, aUsage, given } from '@portal/testkit';
import { type ServerAnswer } from './canned-details.ts';

/**
 * A customer whose quantities stand, as the server answers it: seats of a month before, a loan of which more was
 * given back than was taken, people who left, and machines that were counted by mistake.
 */
export function standing(at: number): ServerAnswer {
  const { summary, details, reasons } = given(...EVENTS).at(isoOf(fromMillis(at)));
  return {
    ...summary,
    details,
    meta: { status: reasons.length > 0 ? 'partial' : 'fresh', reasons },
  };
}

const isoOf = (at: Micros): string => new Date(at / 1_000).toISOString();

const line = (metric_code: string, metric_name: string, aggregation: string) =>
  aCharge({
    id: metric_code,
    metric_code,
    metric_name,
    aggregation,
    recurring: true,
    properties: { amount: '900' },
  });

const limit = (feature_code: string, feature_name: string, value: string) =>
  anEntitlement({ feature_code, feature_name, value });

const use = (day: string, metric_code: string, fact: Partial<UsageFact>): BillingEvent => {
  const timestamp = fromMillis(Date.parse(`${day}T08:00:00Z`));
  const event_id = [day, metric_code, fact.operation ?? 'add'].join('/');
  return aUsage({ metric_code, timestamp, ...fact }, { event_id });
};

const EVENTS: readonly BillingEvent[] = [
  aCustomer({ portal_locale: 'en-GB' }),
  aSubscription({
    charges: [
      line('seats', 'Seats', 'sum'),
      line('loans', 'Loans', 'sum'),
      line('people', 'People', 'unique_count'),
      line('machines', 'Machines', 'sum'),
    ],
    entitlements: [limit('seats', 'Seats', '10'), limit('machines', 'Machines', '4')],
  }),
  use('2026-10-05', 'seats', { kind: 'change', value: '5' }),
  use('2026-11-10', 'seats', { kind: 'change', value: '-2' }),
  use('2026-11-11', 'loans', { kind: 'change', value: '-2' }),
  use('2026-10-05', 'people', { kind: 'unique', unique_key: 'ana' }),
  use('2026-11-12', 'people', { kind: 'unique', unique_key: 'ana', operation: 'remove' }),
  use('2026-11-12', 'machines', { kind: 'counter', value: '3' }),
];
