import { canonical, type Charge, type Decimal, priceCharge } from '@portal/billing';
import { type BillingEvent, type UsageFact } from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  arbitraryRecentUsage,
  arbitraryRunningEvent,
  aSubscription,
  aUsage,
  at,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asSeries, type Fact } from '../../billing/test/charges/naive.ts';
import { PERIOD } from '../../billing/test/charges/series.ts';
import { factsOf, STANDING_VECTORS } from '../../billing/test/charges/standing.ts';
import { aCharge as aBilledCharge } from '../../billing/test/charges/written.ts';
import { type Fraction, fractionOf, same } from '../../billing/test/fraction.ts';
import { naiveDashboard } from './naive-model.ts';
import { type Used } from './naive-units.ts';
import { naiveLine, type NaiveTime } from './naive-usage.ts';

const LONG_AGO = at('2026-01-15T00:00:00Z');
const TIME: NaiveTime = { ...PERIOD, began: LONG_AGO, since: LONG_AGO };

const usedOf = (
  charge: Charge,
  { at: timestamp, scope, amount, key, id, ...fact }: Fact,
): Used => ({
  ...aUsage({ ...fact, metric_code: charge.metric_code, timestamp, unique_key: key }).usage,
  subscription_external_id: scope,
  amount_cents: amount,
  id,
});

const isSame = (value: Decimal | string | null, expected: Fraction | null): boolean => {
  const text = value === null || typeof value === 'string' ? value : canonical(value);
  return text === null || expected === null ? text === expected : same(fractionOf(text), expected);
};

describe('the naive model says of what stands', () => {
  it.each(STANDING_VECTORS)('$id: $because', (vector) => {
    const charge = aBilledCharge(vector.charge);
    const used = factsOf(vector).map((fact) => usedOf(charge, fact));
    const { units, amount, events } = naiveLine(charge, used, TIME);
    expect(isSame(vector.units, units)).toBe(true);
    expect(amount === null).toBe(vector.reason !== null);
    if (vector.amount !== undefined) expect(isSame(vector.amount, amount)).toBe(true);
    if (vector.events_count !== undefined) expect(events).toBe(vector.events_count);
  });

  it('what the price says of it, whatever the charge and the usage', () => {
    const charges = arbitraryRunningEvent().map((e) => e.subscription.charges);
    const usage = fc.array(arbitraryRecentUsage(), {
      minLength: 5,
      maxLength: 30,
      size: 'max',
    });
    let priced = 0;
    fc.assert(
      fc.property(charges, usage, (some, events) => {
        const used = events.map(({ usage: fact }, index) => usedAs(fact, `event-${index}`));
        for (const charge of some) {
          const own = used.filter(({ metric_code }) => metric_code === charge.metric_code);
          const inTime = own.filter(({ timestamp }) => timestamp < PERIOD.end);
          const line = priceCharge(charge, asSeries(charge, inTime.map(factOf)), PERIOD);
          const expected = naiveLine(charge, used, TIME);
          expect([
            isSame(line.units, expected.units),
            isSame(line.amount, expected.amount),
          ]).toEqual([true, true]);
          if (charge.recurring && line.amount !== null) priced += 1;
        }
      }),
      { numRuns: 1_500 },
    );
    expect(priced).toBeGreaterThan(300);
  });
});

const usedAs = (fact: UsageFact, id: string): Used => ({ ...fact, id });

const factOf = (used: Used): Fact => ({
  kind: used.kind,
  scope: used.subscription_external_id,
  dimensions: used.dimensions,
  at: used.timestamp,
  id: used.id,
  value: used.value,
  amount: used.amount_cents,
  key: used.unique_key,
  operation: used.operation,
});

describe('a customer with seats and users, in the naive model', () => {
  const recurring = { recurring: true, properties: { amount: '1' } };
  const subscription = aSubscription({
    charges: [
      aCharge({ ...recurring, id: 'r', metric_code: 'seats', aggregation: 'sum' }),
      aCharge({ ...recurring, id: 'u', metric_code: 'users', aggregation: 'unique_count' }),
    ],
    entitlements: [
      anEntitlement({ feature_code: 'seats', value: '10' }),
      anEntitlement({ feature_code: 'rooms', value: '10' }),
    ],
  });
  const october = at('2026-10-05T00:00:00Z');
  const user = aUsage({
    metric_code: 'users',
    kind: 'unique',
    unique_key: 'a',
    timestamp: october,
  });
  const seats = (kind: UsageFact['kind']): BillingEvent =>
    aUsage({ metric_code: 'seats', kind, value: '5', timestamp: october });
  const read = (...events: readonly BillingEvent[]) => {
    const now = at('2026-11-05T00:00:00Z');
    const { summary, lines } = naiveDashboard(logOf([subscription, user, ...events]), now);
    return {
      units: Object.values(lines).flatMap((all) => all.map(({ units }) => units)),
      usage: summary.usage_progress.map(({ current_usage }) => current_usage),
    };
  };

  it('has in November what was bought in October', () => {
    expect(read(seats('change'))).toEqual({ units: ['5', '1'], usage: ['5', '0'] });
  });

  it('is told nothing of seats that were sent as counters', () => {
    expect(read(seats('counter'))).toEqual({ units: [null, '1'], usage: [null, '0'] });
  });

  it('sees what stands of a feature that nobody charges for', () => {
    const rooms = ['4', '-1'].map((value) =>
      aUsage({ metric_code: 'rooms', kind: 'change', value, timestamp: october }),
    );
    expect(read(...rooms).usage).toEqual(['0', '3']);
  });
});
