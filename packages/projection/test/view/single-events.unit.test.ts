import { type Charge } from '@portal/billing';
import { type BillingEvent } from '@portal/projection';
import { aFilter, at, aUsage } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { charged, lines } from '../charges.ts';

/** What looks at events one by one, through fold, project and view. */
const point = (iso: string, value: string, fact: Parameters<typeof aUsage>[0] = {}) =>
  aUsage({ kind: 'point', timestamp: at(iso), value, ...fact });
const key = (unique_key: string, fact: Parameters<typeof aUsage>[0] = {}) =>
  aUsage({ kind: 'unique', unique_key, ...fact });

/** Units, priced at 1 each. */
const unitsOf = (charge: Partial<Charge>, ...events: readonly BillingEvent[]) =>
  lines(charged({ properties: { amount: '1' }, ...charge }), ...events)?.[0]?.[0];

describe('latest', () => {
  it('is the value of the newest point of the period, in whatever order they came', () => {
    const events = [
      point('2026-11-12T00:00:00Z', '7'),
      point('2026-11-03T00:00:00Z', '9'),
      point('2026-12-01T00:00:00Z', '50'),
    ];
    expect(unitsOf({ aggregation: 'latest' }, ...events)).toBe('7');
    expect(unitsOf({ aggregation: 'latest' }, ...[...events].reverse())).toBe('7');
  });

  it('of two points at one instant is the one with the higher event id', () => {
    const tie = (event_id: string, value: string) =>
      aUsage({ kind: 'point', timestamp: at('2026-11-12T00:00:00Z'), value }, { event_id });
    const events = [tie('b', '2'), tie('a', '1'), tie('10', '10')];
    expect(unitsOf({ aggregation: 'latest' }, ...events)).toBe('2');
    expect(unitsOf({ aggregation: 'latest' }, ...[...events].reverse())).toBe('2');
  });

  it('without a point is 0', () => {
    expect(unitsOf({ aggregation: 'latest' })).toBe('0');
  });
});

describe('weighted_sum', () => {
  it('is each value for as long as it was held, over the whole period', () => {
    // November has 30 days: 10 for 15 of them, then 40 for 15; nothing before the first point.
    const events = [point('2026-11-16T00:00:00Z', '40'), point('2026-11-01T00:00:00Z', '10')];
    expect(unitsOf({ aggregation: 'weighted_sum' }, ...events)).toBe('25');
    expect(unitsOf({ aggregation: 'weighted_sum' }, events[0]!)).toBe('20');
  });

  it('keeps 20 decimals, half-up, before the rounding of the charge', () => {
    const third = point('2026-11-21T00:00:00Z', '1');
    expect(unitsOf({ aggregation: 'weighted_sum' }, third)).toBe('0.33333333333333333333');
    const rounding = { rounding_function: 'ceil', rounding_precision: 2 } as const;
    expect(unitsOf({ aggregation: 'weighted_sum', ...rounding }, third)).toBe('0.34');
  });
});

describe('unique_count', () => {
  it('counts keys once over days and dimensions, and only those of the period', () => {
    const events = [
      key('ann'),
      key('ann', { timestamp: at('2026-11-20T00:00:00Z'), dimensions: { region: 'eu' } }),
      key('bob'),
      key('eve', { timestamp: at('2026-10-20T00:00:00Z') }),
    ];
    expect(unitsOf({ aggregation: 'unique_count' }, ...events)).toBe('2');
  });

  it('counts a key once for each filter that takes it', () => {
    const events = [key('ann'), key('ann', { dimensions: { region: 'eu' } })];
    expect(unitsOf({ aggregation: 'unique_count', filters: [aFilter()] }, ...events)).toBe('2');
  });
});

describe('percentage', () => {
  const charge = {
    aggregation: 'sum',
    charge_model: 'percentage',
    properties: {
      rate: '10',
      fixed_amount: '1',
      free_units_per_events: '1',
      per_transaction_min_amount: '5',
      per_transaction_max_amount: '20',
    },
  };

  it('leaves the earliest events free and bounds each of the others', () => {
    // Free; 3 + 1, lifted to 5; 9 + 1; 50 + 1, cut to 20.
    const events = [
      point('2026-11-05T00:00:00Z', '500'),
      point('2026-11-03T00:00:00Z', '30'),
      point('2026-11-02T00:00:00Z', '1000'),
      point('2026-11-04T00:00:00Z', '90'),
    ];
    expect(lines(charged(charge), ...events)).toEqual([['1620', '35']]);
  });

  it('without an event needs no points and costs nothing', () => {
    expect(lines(charged(charge))).toEqual([['0', '0']]);
  });
});

describe('dynamic', () => {
  it('is the sum of what the events say they cost', () => {
    const events = ['1.5', '2.25', '-1'].map((amount_cents, index) =>
      aUsage({ amount_cents, value: '10' }, { event_id: `priced-${index}` }),
    );
    const charge = { aggregation: 'sum', charge_model: 'dynamic', properties: {} };
    expect(lines(charged(charge), ...events)).toEqual([['30', '2.75']]);
  });
});

describe('an event of another kind', () => {
  const other = (timestamp: string) => aUsage({ timestamp: at(timestamp) });

  it.each(['latest', 'weighted_sum', 'unique_count'])(
    'in the period makes %s unavailable, in another one it does not',
    (aggregation) => {
      expect(lines(charged({ aggregation }), other('2026-11-10T00:00:00Z'))).toEqual([
        expect.stringContaining('counter events'),
      ]);
      expect(unitsOf({ aggregation }, other('2026-10-10T00:00:00Z'))).toBe('0');
    },
  );

  it('that is left free does not matter', () => {
    const charge = { filters: [aFilter()], unmatched_usage: 'free' } as const;
    const own = key('ann', { dimensions: { region: 'eu' } });
    const events = [own, other('2026-11-10T00:00:00Z')];
    expect(unitsOf({ aggregation: 'unique_count', ...charge }, ...events)).toBe('1');
  });
});
