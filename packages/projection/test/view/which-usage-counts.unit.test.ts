import { cents, type Charge } from '@portal/billing';
import { type SubscriptionSnapshot } from '@portal/projection';
import { aCharge, aFilter, anEntitlement, aSubscription, at, aUsage, given } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { charged, lines, NOW, usageCents, usages } from '../charges.ts';
import { around } from '../instants.ts';

describe('which usage counts', () => {
  const sums = charged({ aggregation: 'sum', properties: { amount: '1' } });
  const at1 = (iso: string, value: string) => usages([value], { timestamp: at(iso) });

  it('that of the period of its own timestamp: half-open, to the microsecond', () => {
    const events = [
      ...at1('2026-10-31T23:59:59.999999Z', '1'),
      ...at1('2026-11-01T00:00:00Z', '10'),
      ...at1('2026-11-30T23:59:59.999999Z', '100'),
      ...at1('2026-12-01T00:00:00Z', '1000'),
    ];
    const story = given(sums, ...events);
    const amounts = around('2026-12-01T00:00:00Z').map(
      (iso) => story.at(iso).summary.upcoming_charges[0]?.usage_amount_cents,
    );
    expect(amounts).toEqual([110, 1000, 1000]);
  });

  it('of its own metric only', () => {
    expect(usageCents(NOW, sums, ...usages(['7'], { metric_code: 'other' }))).toBe(0);
  });

  it('for one subscription only when it names one, else for each', () => {
    const first = { external_id: 'first', charges: sums.subscription.charges };
    const two = [
      aSubscription(first),
      aSubscription({
        ...first,
        id: '66666666-6666-4666-8666-666666666666',
        external_id: 'second',
      }),
    ];
    const events = [
      ...usages(['1']),
      ...usages(['10'], { subscription_external_id: 'first' }),
      ...usages(['100'], { subscription_external_id: 'third' }),
    ];
    const rows = given(...two, ...events).at(NOW).summary.upcoming_charges;
    expect(rows.map((row) => row.usage_amount_cents)).toEqual([11, 1]);
  });

  it('not before the local day the subscription began, but all of that day', () => {
    const subscription = aSubscription({
      timezone: 'Europe/Paris',
      started_at: at('2026-11-10T12:00:00Z'),
      charges: sums.subscription.charges,
    });
    const events = [
      ...at1('2026-11-09T22:59:59.999999Z', '1'),
      ...at1('2026-11-09T23:00:00Z', '10'),
      ...at1('2026-11-10T11:59:59Z', '100'),
    ];
    expect(usageCents(NOW, subscription, ...events)).toBe(110);
  });

  it('not at all while the start lies ahead: nothing is priced, nothing is unavailable', () => {
    const subscription = aSubscription({
      started_at: at('2026-11-25T12:00:00Z'),
      charges: [aCharge({ min_amount_cents: cents(500) }), aCharge({ charge_model: 'telepathic' })],
    });
    const story = given(subscription, ...usages(['1']));
    const [before, started] = around('2026-11-25T12:00:00Z').map((iso) => story.at(iso));
    expect(before?.summary.upcoming_charges[0]?.usage_amount_cents).toBe(0);
    expect(before?.reasons).toEqual([]);
    expect(started?.summary.upcoming_charges[0]?.usage_amount_cents).toBe(500);
    expect(started?.reasons).toHaveLength(1);
  });

  it('from the current_period_start on, once it is reached', () => {
    const subscription: Partial<SubscriptionSnapshot> = {
      current_period_start: at('2026-11-10T06:00:00Z'),
      charges: sums.subscription.charges,
    };
    const events = [
      ...at1('2026-11-10T05:59:59.999999Z', '1'),
      ...at1('2026-11-10T06:00:00Z', '10'),
    ];
    expect(usageCents(NOW, aSubscription(subscription), ...events)).toBe(10);
  });
});

describe('filters', () => {
  const eu = aFilter({ properties: { amount: '10' } });
  const euGold = aFilter({
    dimensions: { region: ['eu'], tier: ['gold', 'platinum'] },
    properties: { amount: '100' },
  });
  const events = [
    ...usages(['1'], { dimensions: { region: 'eu', tier: 'gold', extra: 'x' } }),
    ...usages(['1', '1'], { dimensions: { region: 'eu' } }),
    ...usages(['1', '1', '1'], { dimensions: { region: 'us', tier: 'gold' } }),
    ...usages(['1'], {}),
  ];
  const filtered = (overrides: Partial<Charge>) =>
    charged({ aggregation: 'sum', properties: { amount: '1' }, ...overrides });

  it.each([[[eu, euGold]], [[euGold, eu]]])(
    'the most specific one takes usage, once, in any listed order',
    (filters) => {
      expect(lines(filtered({ filters }), ...events)).toEqual([['7', '124']]);
    },
  );

  it('of equally specific ones, the first listed', () => {
    const filters = [
      eu,
      aFilter({ dimensions: { region: ['us', 'eu'] }, properties: { amount: '7' } }),
    ];
    expect(lines(filtered({ filters }), ...events)).toEqual([['7', '52']]);
    expect(lines(filtered({ filters: [...filters].reverse() }), ...events)).toEqual([['7', '43']]);
  });

  it('usage that no filter takes is free when the charge says so, and not in its units', () => {
    const charge = filtered({ filters: [eu], unmatched_usage: 'free' });
    expect(lines(charge, ...events)).toEqual([['3', '30']]);
  });

  it('unmatched_usage means nothing without filters', () => {
    expect(lines(filtered({ unmatched_usage: 'free' }), ...events)).toEqual([['7', '7']]);
  });

  it('each part is rounded and priced on its own, at 0 units too', () => {
    const charge = filtered({
      charge_model: 'volume',
      rounding_function: 'ceil',
      properties: { ranges: [{ up_to: null, per_unit_amount: '1', flat_amount: '1000' }] },
      filters: [aFilter(), aFilter({ dimensions: { region: ['mars'] } })],
    });
    const fractions = [
      ...usages(['0.5'], { dimensions: { region: 'eu' } }),
      ...usages(['0.5'], { dimensions: { region: 'us' } }),
    ];
    expect(lines(charge, ...fractions)).toEqual([['2', '3002']]);
  });

  it('a filter without dimensions takes what no other one takes', () => {
    const filters = [aFilter({ dimensions: {}, properties: { amount: '2' } }), eu];
    expect(lines(filtered({ filters }), ...events)).toEqual([['7', '38']]);
  });
});

describe('a point that carries a unique key', () => {
  it('is a level all the same, and no member', () => {
    const seats = aSubscription({ entitlements: [anEntitlement({ feature_code: 'seats' })] });
    const point = aUsage({
      kind: 'point',
      metric_code: 'seats',
      timestamp: at('2026-11-10T00:00:00Z'),
      value: '7',
      unique_key: 'somebody',
    });
    const [row] = given(seats, point).at(NOW).summary.usage_progress;
    expect(row?.current_usage).toBe('7');
  });
});
