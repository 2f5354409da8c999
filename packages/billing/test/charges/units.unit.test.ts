import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonical, cents, priceCharge } from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, fractionOf, rounded } from '../fraction.ts';
import { equals } from './oracle.ts';
import { PERIOD, series, totalsOfAll } from './series.ts';
import { aCharge, summary } from './written.ts';

describe('the units of a charge', () => {
  const usage = [
    { ...series({ region: 'eu' }, 3, '7.5'), totals: totalsOfAll(3, '7.5', '4.25') },
    { ...series({ region: 'us' }, 2, '-1.25'), totals: totalsOfAll(2, '-1.25', '-0.5') },
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
    expect(summary(priceCharge(aCharge({ aggregation }), given, PERIOD))).toMatchObject({ units });
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
    expect(summary(priceCharge(charge, [series({}, 1, sum)], PERIOD))).toMatchObject({ units });
  });

  it('are rounded as exact fractions are', () => {
    const by = fc.constantFrom('round', 'ceil', 'floor');
    fc.assert(
      fc.property(arbitraryDecimal, by, fc.nat(6), (sum, rounding, precision) => {
        const charge = aCharge({ rounding_function: rounding, rounding_precision: precision });
        const { units } = priceCharge(charge, [series({}, 1, sum)], PERIOD);
        const expected = rounded(fractionOf(sum), rounding, precision);
        expect(units !== null && equals(canonical(units), expected)).toBe(true);
      }),
      CASES,
    );
  });

  it('by an unknown aggregation are unavailable, and so is the price', () => {
    const charge = aCharge({ aggregation: 'median', min_amount_cents: cents(500) });
    expect(summary(priceCharge(charge, [series({}, 3, '5')], PERIOD))).toEqual({
      units: null,
      events: 3,
      amount: null,
      reason: "unknown aggregation 'median'",
    });
  });
});
