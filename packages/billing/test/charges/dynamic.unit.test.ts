import { describe, expect, it } from '@jest/globals';
import { priceCharge, type UsageSeries } from '../../src/index.ts';
import { aPoint, PERIOD, seriesOf } from './series.ts';
import { aCharge, summary } from './written.ts';

describe('dynamic', () => {
  const priced = (...amounts: readonly (string | null)[]): UsageSeries =>
    seriesOf(
      'counter',
      amounts.map((amount) => aPoint({ value: '1', amount })),
    );
  const charge = aCharge({ charge_model: 'dynamic', properties: {} });

  it.each([
    ['the amounts of the events', ['0.1', '12.34', '-2'], '10.44'],
    [
      'huge and tiny',
      ['9'.repeat(40), `0.${'0'.repeat(30)}1`],
      `${'9'.repeat(40)}.${'0'.repeat(30)}1`,
    ],
    ['0 without events', [], '0'],
  ])('is the sum of %s', (_, amounts, amount) => {
    const result = priceCharge(charge, [priced(...amounts)], PERIOD);
    expect(summary(result)).toMatchObject({ amount, reason: null });
    expect(result.parts[0]?.steps).toMatchObject([
      { kind: 'priced_events', events: amounts.length },
    ]);
  });

  it('is unavailable when an event has no amount, but its units count', () => {
    const usage = [priced('1', null, null), seriesOf('point', [aPoint({ amount: '3' })])];
    expect(summary(priceCharge(charge, usage, PERIOD))).toEqual({
      units: '3',
      events: 4,
      amount: null,
      reason: 'amount_cents is missing on 2 of 4 events',
    });
  });

  it('needs amounts whatever the aggregation', () => {
    const unique = [
      aPoint({ key: 'a', amount: '3' }),
      aPoint({ id: 'other', key: 'a', amount: '4' }),
    ];
    const counted = aCharge({ ...charge, aggregation: 'unique_count' });
    expect(summary(priceCharge(counted, [seriesOf('unique', unique)], PERIOD))).toMatchObject({
      units: '1',
      amount: '7',
    });
  });
});
