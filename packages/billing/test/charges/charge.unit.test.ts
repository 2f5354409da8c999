import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { canonical, cents, type Decimal, priceCharge } from '../../src/index.ts';
import { arbitraryDecimal, type Fraction, fractionOf, total } from '../fraction.ts';
import { AGGREGATIONS, asSeries, type Fact, naive } from './naive.ts';
import { equals } from './oracle.ts';
import { onDay, PERIOD, series } from './series.ts';
import { aCharge, aFilter, parts, summary } from './written.ts';

describe('a charge', () => {
  it.each([
    ['lifted to its minimum', '100', '0', '100'],
    ['lifted from part of it', '100', '20', '100'],
    ['not lifted at it', '100', '50', '100'],
    ['not lifted above it', '100', '50.5', '101'],
  ])('%s', (_, minimum, units, amount) => {
    const charge = aCharge({ min_amount_cents: cents(Number(minimum)) });
    const result = priceCharge(charge, [series({}, 1, units)], PERIOD);
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
    const result = priceCharge(
      charge,
      [series({ region: 'eu' }, 1, '1'), series({}, 2, '4')],
      PERIOD,
    );
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
    let unavailable = 0;
    fc.assert(
      fc.property(arbitraryRules, arbitraryFacts, arbitraryHow, (rules, facts, how) => {
        const charge = aCharge({
          ...how,
          min_amount_cents: how.min_amount_cents === null ? null : cents(how.min_amount_cents),
          filters: rules.map(({ dimensions: taken, amount }) => aFilter(taken, { amount })),
        });
        const result = priceCharge(charge, asSeries(charge, facts), PERIOD);
        const expected = naive(charge, facts);
        expect(result.events).toBe(expected.events);
        expect(same(result.units, expected.units)).toBe(true);
        expect(same(result.amount, expected.amount)).toBe(true);
        expect(result.reason === null).toBe(expected.amount !== null);
        unavailable += expected.amount === null ? 1 : 0;
      }),
      { numRuns: 3_000 },
    );
    expect(unavailable).toBeLessThan(1_800);
  });
});

const same = (value: Decimal | null, expected: Fraction | null): boolean =>
  value === null || expected === null ? value === expected : equals(canonical(value), expected);

const dimension = fc.constantFrom('a', 'b', 'c');
const arbitraryDimensions = fc.record({ x: dimension, y: dimension }, { requiredKeys: [] });
const accepted = fc.uniqueArray(dimension, { maxLength: 3 });
const arbitraryRules = fc.array(
  fc.record({
    dimensions: fc.record({ x: accepted, y: accepted }, { requiredKeys: [] }),
    amount: fc.constantFrom('1', '10', '0.01'),
  }),
  { maxLength: 3 },
);

const kind = fc.constantFrom<Fact['kind']>(
  'counter',
  'point',
  'change',
  'change',
  'unique',
  'unique',
);
/** Tenths of a day after the period's start: some coincide, some lie before. */
const tenths = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -60, max: 299 }));

/** Mostly of one kind: most aggregations take no other. */
const arbitraryFacts: fc.Arbitrary<readonly Fact[]> = fc
  .tuple(
    kind,
    fc.uniqueArray(
      fc.record({
        other: fc.option(kind, { freq: 15 }),
        scope: fc.constantFrom(null, null, 'sub-1'),
        dimensions: arbitraryDimensions,
        at: tenths.map((tenth) => onDay(tenth / 10)),
        id: fc.stringMatching(/^[a-z]{1,3}$/),
        value: fc.oneof(fc.constantFrom('1', '-1', '2', '-2'), arbitraryDecimal),
        amount: fc.constant(null),
        key: fc.constantFrom('u1', 'u2', 'u3'),
        operation: fc.constantFrom('add', 'add', 'remove'),
      }),
      { maxLength: 12, selector: ({ id }) => id },
    ),
  )
  .map(([main, facts]) => facts.map(({ other, ...fact }) => ({ ...fact, kind: other ?? main })));

const arbitraryHow = fc.record({
  aggregation: fc.constantFrom(...AGGREGATIONS),
  recurring: fc.boolean(),
  rounding_function: fc.option(fc.constantFrom('round', 'ceil', 'floor')),
  rounding_precision: fc.option(fc.nat(3)),
  unmatched_usage: fc.constantFrom('charge', 'free'),
  min_amount_cents: fc.option(fc.nat(200)),
});
