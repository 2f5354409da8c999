import { describe, expect, it } from '@jest/globals';
import { type Charge, priceCharge } from '../../src/index.ts';
import { PERIOD, series } from './series.ts';
import { aCharge, aFilter, parts, summary } from './written.ts';

describe('filters', () => {
  const charge = aCharge({
    filters: [
      aFilter({ region: ['eu', 'us'] }, { amount: '10' }),
      aFilter({ region: ['eu'], tier: ['gold'] }, { amount: '100' }),
      aFilter({ tier: ['gold'] }, { amount: '1000' }),
    ],
  });

  it('take each series once: most dimensions first, then as listed', () => {
    const result = priceCharge(
      charge,
      [
        series({ region: 'eu', tier: 'gold' }, 1, '1'),
        series({ region: 'us', tier: 'gold' }, 1, '2'),
        series({ region: 'eu', tier: 'tin' }, 1, '4'),
        series({ region: 'asia', tier: 'gold' }, 1, '8'),
        series({ region: 'asia' }, 1, '16'),
        series({}, 1, '32'),
      ],
      PERIOD,
    );
    expect(parts(result)).toEqual([
      [0, '6', '60'],
      [1, '1', '100'],
      [2, '8', '8000'],
      [null, '48', '96'],
    ]);
    expect(summary(result)).toEqual({ units: '63', events: 6, amount: '8256', reason: null });
  });

  it('leave what they do not take free when told so, units and events too', () => {
    const free: Charge = { ...charge, unmatched_usage: 'free' };
    const usage = [series({ region: 'eu' }, 2, '3'), series({ region: 'asia' }, 5, '7')];
    expect(summary(priceCharge(free, usage, PERIOD))).toMatchObject({
      units: '3',
      events: 2,
      amount: '30',
    });
  });

  it('are what unmatched_usage is about: without any, all usage is charged', () => {
    const free = aCharge({ unmatched_usage: 'free' });
    expect(summary(priceCharge(free, [series({ region: 'eu' }, 1, '3')], PERIOD))).toMatchObject({
      units: '3',
      amount: '6',
    });
  });

  it('without dimensions take what no other takes', () => {
    const all = aCharge({
      filters: [aFilter({}, { amount: '5' }), aFilter({ region: ['eu'] }, { amount: '7' })],
    });
    const usage = [
      series({ region: 'eu' }, 1, '1'),
      series({ region: 'us' }, 1, '1'),
      series({}, 1, '1'),
    ];
    expect(parts(priceCharge(all, usage, PERIOD))).toEqual([
      [0, '2', '10'],
      [1, '1', '7'],
      [null, '0', '0'],
    ]);
  });

  it.each([
    ['as strings', { size: ['1'] }, { size: '1.0' }, '0'],
    ['in the same case', { region: ['EU'] }, { region: 'eu' }, '0'],
    ['never with an empty list', { region: [] }, { region: 'eu' }, '0'],
    ['only own names', { constructor: ['x'] }, { region: 'eu' }, '0'],
    ['the empty string is a value', { region: [''] }, { region: '' }, '1'],
  ])('compare values %s', (_, dimensions, used, taken) => {
    const one = aCharge({ filters: [aFilter(dimensions)], unmatched_usage: 'free' });
    expect(summary(priceCharge(one, [series(used, 1, '1')], PERIOD))).toMatchObject({
      units: taken,
    });
  });

  it("override the charge's properties one by one; null overrides nothing", () => {
    const one = aCharge({
      properties: { amount: '2', min_price: '50', max_price: '60' },
      filters: [aFilter({ region: ['eu'] }, { amount: '7', min_price: null, max_price: '20' })],
      unmatched_usage: 'free',
    });
    // At least 50, then at most 20.
    expect(parts(priceCharge(one, [series({ region: 'eu' }, 1, '1')], PERIOD))).toEqual([
      [0, '1', '20'],
    ]);
  });

  it('override the properties of the charge they are in, also when both share a filter', () => {
    const shared = aFilter({ region: ['eu'] }, { max_price: '5' });
    const amounts = ['2', '3', '9'].map((amount) => {
      const one = aCharge({ properties: { amount }, filters: [shared], unmatched_usage: 'free' });
      return parts(priceCharge(one, [series({ region: 'eu' }, 1, '1')], PERIOD));
    });
    expect(amounts).toEqual([[[0, '1', '2']], [[0, '1', '3']], [[0, '1', '5']]]);
  });

  it('are priced on their own, even at 0 units, and so is the rest', () => {
    const ladder = { ranges: [{ up_to: null, per_unit_amount: '1', flat_amount: '30' }] };
    const flat = aCharge({
      charge_model: 'graduated',
      properties: ladder,
      filters: [aFilter({ region: ['eu'] }), aFilter({ region: ['us'] })],
    });
    expect(parts(priceCharge(flat, [], PERIOD))).toEqual([
      [0, '0', '30'],
      [1, '0', '30'],
      [null, '0', '30'],
    ]);
  });

  it('are rounded on their own', () => {
    const halves = aCharge({ rounding_function: 'ceil', filters: [aFilter({ region: ['eu'] })] });
    const usage = [series({ region: 'eu' }, 1, '0.5'), series({}, 1, '0.5')];
    expect(summary(priceCharge(halves, usage, PERIOD))).toMatchObject({ units: '2', amount: '4' });
  });
});
