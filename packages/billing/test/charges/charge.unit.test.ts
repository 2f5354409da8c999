import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonical, cents, priceCharge } from '../../src/index.ts';
import { CASES } from '../cycles.ts';
import { arbitraryDecimal, fractionOf, total } from '../fraction.ts';
import { asSeries, naive } from './naive.ts';
import { equals } from './oracle.ts';
import { aCharge, aFilter, parts, series, summary } from './written.ts';

describe('a charge', () => {
  it.each([
    ['lifted to its minimum', '100', '0', '100'],
    ['lifted from part of it', '100', '20', '100'],
    ['not lifted at it', '100', '50', '100'],
    ['not lifted above it', '100', '50.5', '101'],
  ])('%s', (_, minimum, units, amount) => {
    const charge = aCharge({ min_amount_cents: cents(Number(minimum)) });
    const result = priceCharge(charge, [series({}, 1, units)]);
    expect(summary(result)).toMatchObject({ units, amount });
    const priced = result.parts.map((part) => canonical(part.amount ?? part.units!));
    expect(equals(amount, total([...priced, canonical(result.true_up)].map(fractionOf)))).toBe(
      true,
    );
  });

  it('whose price cannot be read still has units, and no true-up', () => {
    const charge = aCharge({
      min_amount_cents: cents(100),
      filters: [aFilter({ region: ['eu'] }, { amount: 'ten' })],
    });
    const result = priceCharge(charge, [series({ region: 'eu' }, 1, '1'), series({}, 2, '4')]);
    expect(summary(result)).toEqual({
      units: '5',
      events: 3,
      amount: null,
      reason: 'amount is not a decimal',
    });
    expect(canonical(result.true_up)).toBe('0');
    expect(parts(result)).toEqual([
      [0, '1', null],
      [null, '4', '8'],
    ]);
  });

  it('comes to what a naive engine makes of its single events', () => {
    const dimension = fc.constantFrom('a', 'b', 'c');
    const dimensions = fc.record(
      { x: dimension, y: dimension, z: dimension },
      { requiredKeys: [] },
    );
    const accepted = fc.uniqueArray(dimension, { maxLength: 3 });
    const filters = fc.array(
      fc.record({
        dimensions: fc.record({ x: accepted, y: accepted, z: accepted }, { requiredKeys: [] }),
        amount: fc.constantFrom('1', '10', '0.01'),
      }),
      { maxLength: 4 },
    );
    const events = fc.array(fc.record({ dimensions, value: arbitraryDecimal }), { maxLength: 20 });
    const how = fc.record({
      aggregation: fc.constantFrom('count' as const, 'sum' as const, 'max' as const),
      unmatched_usage: fc.constantFrom('charge' as const, 'free' as const),
      minimum: fc.option(fc.nat(200)),
    });
    fc.assert(
      fc.property(filters, events, how, (rules, facts, { minimum, ...rest }) => {
        const charge = aCharge({
          ...rest,
          min_amount_cents: minimum === null ? null : cents(minimum),
          filters: rules.map(({ dimensions: taken, amount }) => aFilter(taken, { amount })),
        });
        const result = priceCharge(charge, asSeries(facts));
        const expected = naive(charge, facts);
        expect(equals(canonical(result.units!), expected.units)).toBe(true);
        expect(equals(canonical(result.amount!), expected.amount)).toBe(true);
        expect(result.events).toBe(expected.events);
      }),
      CASES,
    );
  });
});
