import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonical, cents, priceCharge } from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, fractionOf, rounded } from '../fraction.ts';
import { equals } from './oracle.ts';
import { aCharge, series, summary, totalsOfAll } from './written.ts';

describe('the units of a charge', () => {
  const usage = [
    { dimensions: { region: 'eu' }, totals: totalsOfAll(3, '7.5', '4.25') },
    { dimensions: { region: 'us' }, totals: totalsOfAll(2, '-1.25', '-0.5') },
  ];
  it.each([
    ['count', usage, '5'],
    ['sum', usage, '6.25'],
    ['max', usage, '4.25'],
    ['max', usage.slice(1), '0'],
    ['count', [], '0'],
    ['sum', [], '0'],
    ['max', [], '0'],
  ])('%s over all series together (case %#)', (aggregation, given, units) => {
    expect(summary(priceCharge(aCharge({ aggregation }), given))).toMatchObject({ units });
  });

  it.each([
    ['round', null, '2.5', '3'],
    ['round', null, '-2.5', '-3'],
    ['round', 0, '2.4999', '2'],
    ['round', 2, '1.005', '1.01'],
    ['ceil', null, '2.01', '3'],
    ['ceil', null, '-2.99', '-2'],
    ['ceil', 1, '0.01', '0.1'],
    ['floor', null, '2.99', '2'],
    ['floor', null, '-2.01', '-3'],
    ['floor', 1, '-0.01', '-0.1'],
    ['round', -2, '1250', '1300'],
    [null, 2, '1.005', '1.005'],
  ] as const)('%s to %s decimals takes %s to %s', (by, precision, sum, units) => {
    const charge = aCharge({ rounding_function: by, rounding_precision: precision });
    expect(summary(priceCharge(charge, [series({}, 1, sum)]))).toMatchObject({ units });
  });

  it('are rounded as exact fractions are', () => {
    const by = fc.constantFrom('round', 'ceil', 'floor');
    fc.assert(
      fc.property(arbitraryDecimal, by, fc.nat(6), (sum, rounding, precision) => {
        const charge = aCharge({ rounding_function: rounding, rounding_precision: precision });
        const { units } = priceCharge(charge, [series({}, 1, sum)]);
        const expected = rounded(fractionOf(sum), rounding, precision);
        expect(units !== null && equals(canonical(units), expected)).toBe(true);
      }),
      CASES,
    );
  });

  it.each([
    ['unique_count', 'aggregation unique_count is not built yet'],
    ['weighted_sum', 'aggregation weighted_sum is not built yet'],
    ['latest', 'aggregation latest is not built yet'],
    ['median', "unknown aggregation 'median'"],
  ])('by %s are unavailable', (aggregation, reason) => {
    const charge = aCharge({ aggregation, min_amount_cents: cents(500) });
    expect(summary(priceCharge(charge, [series({}, 3, '5')]))).toEqual({
      units: null,
      events: 3,
      amount: null,
      reason,
    });
  });
});
