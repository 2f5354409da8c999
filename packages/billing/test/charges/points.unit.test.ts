import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  canonical,
  MICROS_PER_HOUR,
  micros,
  type Period,
  priceCharge,
  type SingleEvent,
  type UsageSeries,
} from '../../src/index.ts';
import { CASES, instant } from '../cycles.ts';
import { arbitraryDecimal, fractionOf, less, minus, plus } from '../fraction.ts';
import { equals } from './oracle.ts';
import { expectedWeightedSum } from './oracle-events.ts';
import { aPoint, carrying, onDay, PERIOD, seriesOf } from './series.ts';
import { aCharge, aFilter, parts, summary } from './written.ts';

/** [days after the period's start, value] of each point. */
type Written = readonly (readonly [number, string])[];

const pointsOf = (written: Written): readonly SingleEvent[] =>
  written.map(([days, value], index) => aPoint({ at: onDay(days), id: `p${index}`, value }));

const BEFORE = aPoint({ at: onDay(-40), id: 'before', value: '6' });

function unitsOf(
  aggregation: string,
  usage: readonly UsageSeries[],
  recurring = false,
  period: Period = PERIOD,
): unknown {
  const { units, reason } = priceCharge(aCharge({ aggregation, recurring }), usage, period);
  return units === null ? reason : canonical(units);
}

describe('weighted_sum', () => {
  it.each<[string, Written, boolean, string]>([
    ['a point that holds all the time', [[0, '7']], false, '7'],
    ['nothing before the first point', [[15, '7']], false, '3.5'],
    [
      'each until the next',
      [
        [0, '10'],
        [10, '4'],
        [20, '1'],
      ],
      false,
      '5',
    ],
    [
      'in whatever order they come',
      [
        [20, '1'],
        [0, '10'],
        [10, '4'],
      ],
      false,
      '5',
    ],
    [
      'the highest id of one instant',
      [
        [0, '100'],
        [0, '3'],
      ],
      false,
      '3',
    ],
    [
      'a level below 0',
      [
        [0, '-3'],
        [15, '1'],
      ],
      false,
      '-1',
    ],
    [
      'fractions of a unit',
      [
        [0, '0.001'],
        [29, '0.301'],
      ],
      false,
      '0.011',
    ],
    ['nothing', [], false, '0'],
    ['the carried point when recurring', [], true, '6'],
    ['the carried point until the first one', [[10, '3']], true, '4'],
    ['a point on the start in its place', [[0, '3']], true, '3'],
  ])('weighs %s', (_, written, recurring, units) => {
    const carried = recurring ? carrying(BEFORE) : null;
    const usage = [seriesOf('point', pointsOf(written), { carried })];
    expect(unitsOf('weighted_sum', usage, recurring)).toBe(units);
  });

  it('keeps 20 decimals, half-up, of one division', () => {
    const thirds = [aPoint({ at: onDay(20), value: '1' })];
    expect(unitsOf('weighted_sum', [seriesOf('point', thirds)])).toBe('0.33333333333333333333');
    const twoThirds = [aPoint({ at: onDay(10), value: '-1' })];
    expect(unitsOf('weighted_sum', [seriesOf('point', twoThirds)])).toBe('-0.66666666666666666667');
    const half = [aPoint({ at: onDay(15), value: `0.${'0'.repeat(19)}1` })];
    expect(unitsOf('weighted_sum', [seriesOf('point', half)])).toBe(`0.${'0'.repeat(19)}1`);
  });

  it('is rounded as the charge says after the division', () => {
    const charge = aCharge({
      aggregation: 'weighted_sum',
      rounding_function: 'ceil',
      rounding_precision: 2,
    });
    const usage = [seriesOf('point', pointsOf([[20, '1']]))];
    expect(summary(priceCharge(charge, usage, PERIOD))).toMatchObject({
      units: '0.34',
      amount: '0.68',
    });
  });

  it('is over the length the period really has: an hour more where clocks go back', () => {
    const start = instant('2026-10-25T00:00:00+02:00');
    const end = instant('2026-10-26T00:00:00+01:00');
    const noon = micros(start + 13 * MICROS_PER_HOUR);
    const usage = [seriesOf('point', [aPoint({ at: noon, value: '25' })])];
    expect(unitsOf('weighted_sum', usage, false, { start, end })).toBe('12');
  });

  const arbitraryPoints = fc.uniqueArray(
    fc.record({
      at: fc.oneof(
        fc.nat(3).map(onDay),
        fc.integer({ min: PERIOD.start, max: PERIOD.end - 1 }).map(micros),
      ),
      id: fc.stringMatching(/^[a-z]{1,4}$/),
      value: arbitraryDecimal,
      split: fc.nat(2),
    }),
    { maxLength: 12, selector: ({ id }) => id },
  );

  it('is what its level comes to between the cuts, however points are spread over series', () => {
    fc.assert(
      fc.property(arbitraryPoints, fc.option(arbitraryDecimal), (facts, earlier) => {
        const carried = earlier === null ? null : { ...BEFORE, value: earlier };
        const all = facts.map(({ split, ...fact }) => ({ split, point: aPoint(fact) }));
        const usage = [0, 1, 2].map((place) =>
          seriesOf(
            'point',
            all.filter(({ split }) => split === place).map(({ point }) => point),
            {
              dimensions: { place: `${place}` },
              carried: place === 1 && carried !== null ? carrying(carried) : null,
            },
          ),
        );
        const { units } = priceCharge(
          aCharge({ aggregation: 'weighted_sum', recurring: true }),
          usage,
          PERIOD,
        );
        const expected = expectedWeightedSum(
          all.map(({ point }) => point),
          carried,
          PERIOD,
        );
        expect(equals(canonical(units!), expected)).toBe(true);
      }),
      CASES,
    );
  });

  it('lies between the lowest and the highest level there was', () => {
    fc.assert(
      fc.property(arbitraryPoints, (facts) => {
        const usage = [
          seriesOf(
            'point',
            facts.map((fact) => aPoint(fact)),
          ),
        ];
        const { units } = priceCharge(aCharge({ aggregation: 'weighted_sum' }), usage, PERIOD);
        const levels = ['0', ...facts.map(({ value }) => value)].map(fractionOf);
        const value = fractionOf(canonical(units!));
        const step = { top: 1n, bottom: 10n ** 20n };
        expect(levels.some((level) => !less(plus(value, step), level))).toBe(true);
        expect(levels.some((level) => !less(level, minus(value, step)))).toBe(true);
      }),
      CASES,
    );
  });
});

describe('latest', () => {
  it.each<[string, Written, boolean, string]>([
    [
      'the newest point',
      [
        [1, '5'],
        [3, '2'],
        [2, '9'],
      ],
      false,
      '2',
    ],
    [
      'the highest id of one instant',
      [
        [1, '5'],
        [1, '4'],
      ],
      false,
      '4',
    ],
    ['a value below 0', [[1, '-5.5']], false, '-5.5'],
    ['0 without points', [], false, '0'],
    ['the carried point when recurring', [], true, '6'],
    ['a point of the period rather than the carried one', [[29, '1']], true, '1'],
  ])('is %s', (_, written, recurring, units) => {
    const carried = recurring ? carrying(BEFORE) : null;
    const usage = [seriesOf('point', pointsOf(written), { carried })];
    expect(unitsOf('latest', usage, recurring)).toBe(units);
  });

  it('compares ids as text', () => {
    const tied = ['9', '10'].map((id) => aPoint({ id, value: id }));
    expect(unitsOf('latest', [seriesOf('point', tied)])).toBe('9');
  });
});

describe('unique_count', () => {
  const unique = (...keys: readonly string[]): readonly SingleEvent[] =>
    keys.map((key, index) => aPoint({ id: `u${index}`, value: '5', key }));

  it.each([
    ['each key once', [unique('a', 'b', 'a')], '2'],
    ['as it is written', [unique('a', 'A', ' a', '')], '4'],
    ['over all series together', [unique('a', 'b'), unique('b', 'c')], '3'],
    ['nothing', [], '0'],
  ])('counts %s', (_, groups, units) => {
    const usage = groups.map((events) => seriesOf('unique', events));
    expect(unitsOf('unique_count', usage)).toBe(units);
  });

  it('counts a key for every filter that meets it', () => {
    const charge = aCharge({ aggregation: 'unique_count', filters: [aFilter({ tier: ['gold'] })] });
    const usage = [
      seriesOf('unique', unique('a', 'b'), { dimensions: { tier: 'gold' } }),
      seriesOf('unique', unique('a')),
    ];
    expect(parts(priceCharge(charge, usage, PERIOD))).toEqual([
      [0, '2', '4'],
      [null, '1', '2'],
    ]);
  });
});
