import { type Micros } from '@portal/billing';
import {
  type BillingEvent,
  customerRef,
  itemise,
  type StatusReason,
  view,
  viewDetails,
} from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  at,
  aUsage,
  aWallet,
  documentOf,
  foldBatches,
  logOf,
  recordText,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { details, statusReason } from '../src/http/index.ts';
import { dashboardSummary } from '../src/http/summary.ts';
import {
  arbitraryExtreme,
  arbitraryNow,
  changed,
  EDGES,
  extremesOf,
  fieldsOf,
  plain,
} from './extremes.ts';

const NOW = at('2026-11-23T10:00:00Z');

/** Through the whole fold, in two orders that must not matter. */
function recordOf(events: readonly BillingEvent[]): TestRecord {
  const log = logOf(events);
  const ref = customerRef(events[0]!.organization_id, events[0]!.customer_id);
  const record = foldBatches(ref, log);
  expect(recordText(foldBatches(ref, [...log].reverse()))).toBe(recordText(record));
  return record;
}

/** Every number an exact one, every date a date: what the HTTP contract says of the body. */
function reasonsAt(record: TestRecord, ...instants: readonly Micros[]): readonly StatusReason[] {
  const document = documentOf(record)!;
  const items = itemise(record.state);
  return instants.flatMap((now) => {
    const { summary, reasons } = view(document, now);
    const { details: said } = viewDetails(document, items, now);
    // What the schema does not know, `parse` leaves out.
    expect(dashboardSummary.parse(summary)).toEqual(summary);
    expect(details.parse(said)).toEqual(said);
    return reasons.map((reason) => statusReason.parse(reason));
  });
}

describe('whatever events the contract accepts, every instant has an answer that keeps the contract', () => {
  it('for logs of ordinary and extreme events', () => {
    let told = 0;
    fc.assert(
      fc.property(
        fc.array(arbitraryExtreme(), { minLength: 1, maxLength: 8 }),
        arbitraryNow(),
        (events, now) => {
          const reasons = reasonsAt(recordOf(events), now);
          if (reasons.some(({ code }) => code === 'beyond_range')) told += 1;
        },
      ),
      { numRuns: 2_000 },
    );
    expect(told).toBeGreaterThan(100);
  });

  const charge = aCharge({
    min_amount_cents: 5 as never,
    rounding_precision: 2,
    aggregation: 'sum',
  });
  const pending_plan = { plan: aPlan({ code: 'max' }), effective_at: at('2026-12-01T00:00:00Z') };
  const subscription = aSubscription({
    trial_period_days: 14,
    charges: [charge, aCharge({ id: 'capped', properties: { amount: '1', max_price: '9' } })],
    entitlements: [anEntitlement()],
    pending_plan,
  });
  const far = aSubscription({
    created_at: at('2150-06-30T12:00:00Z'),
    started_at: null,
    subscription_at: null,
    trial_period_days: 36_500,
  });
  const life = [aCustomer(), subscription, anInvoice(), aUsage({ value: '20' }), aWallet()];

  it.each([...life, far].map((event) => [event.family, event] as const))(
    'for every field of the %s event at its extremes, in an ordinary life',
    (family, event) => {
      let events = 0;
      for (const path of fieldsOf(plain(event))) {
        for (const value of extremesOf(path)) {
          const others = life.filter((one) => one.family !== family);
          reasonsAt(recordOf([...others, changed(event, [{ path, value }])]), NOW, ...EDGES);
          events += 1;
        }
      }
      expect(events).toBeGreaterThan(5);
    },
  );
});
