import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addToDay,
  type DayCells,
  dayOf,
  dayStart,
  EXACT_SLOTS_MAX,
  type Micros,
  micros,
  MICROS_PER_DAY,
  newDay,
  QUARTER,
  sumDay,
  type Totals,
  totalsOf,
} from '../../src/index.ts';
import { CASES, instant } from '../cycles.ts';

const DAY = dayOf(instant('2026-11-23T00:00:00Z'));
const START = dayStart(DAY);

interface Fact {
  readonly at: Micros;
  readonly series: string;
}

const arbitraryAt = fc.oneof(
  fc.integer({ min: 0, max: MICROS_PER_DAY - 1 }),
  fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * QUARTER),
);
const factsUpTo = (maxLength: number): fc.Arbitrary<Fact[]> =>
  fc.array(
    fc.record({
      at: arbitraryAt.map((slot) => micros(START + slot)),
      series: fc.constantFrom('', 'a', 'b'),
    }),
    { maxLength, size: 'max' },
  );

function dayWith(facts: readonly Fact[]): DayCells {
  const day = newDay();
  for (const { at, series } of facts) addToDay(day, at, series, totalsOf('1', null));
  return day;
}

function countsIn(day: DayCells, from: Micros, to: Micros): Record<string, number> {
  const sums = new Map<string, Totals>();
  sumDay(day, DAY, { from, to }, sums);
  return Object.fromEntries([...sums].map(([series, { count }]) => [series, count]));
}

/** The oracle keeps all events and goes through them. */
function counted(facts: readonly Fact[], from: Micros, to: Micros): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { at, series } of facts) {
    if (at >= from && at < to) counts[series] = (counts[series] ?? 0) + 1;
  }
  return counts;
}

const everyMinute = (count: number): Fact[] =>
  Array.from({ length: count }, (_, minute) => ({
    at: micros(START + minute * 60_000_000),
    series: '',
  }));

describe('the cells of a day', () => {
  it('tell the last instant they hold in a window', () => {
    const cut = arbitraryAt.map((slot) => micros(START + slot));
    fc.assert(
      fc.property(factsUpTo(40), cut, cut, (facts, from, to) => {
        const inside = facts.map(({ at }) => at).filter((at) => at >= from && at < to);
        const last = inside.length === 0 ? null : Math.max(...inside);
        expect(sumDay(dayWith(facts), DAY, { from, to }, new Map())).toBe(last);
      }),
      CASES,
    );
  });

  it('can be cut at any instant while the day is quiet', () => {
    const cut = arbitraryAt.map((slot) => micros(START + slot));
    fc.assert(
      fc.property(factsUpTo(40), cut, cut, (facts, from, to) => {
        expect(countsIn(dayWith(facts), from, to)).toEqual(counted(facts, from, to));
      }),
      CASES,
    );
  });

  it('can be cut at any quarter of an hour, however busy the day', () => {
    const quarter = fc.integer({ min: 0, max: 96 }).map((n) => micros(START + n * QUARTER));
    fc.assert(
      fc.property(factsUpTo(600), quarter, quarter, (facts, from, to) => {
        expect(countsIn(dayWith(facts), from, to)).toEqual(counted(facts, from, to));
      }),
      { numRuns: 1_000 },
    );
  });

  it('depend on the events alone, not on their order', () => {
    const shuffled = factsUpTo(600).chain((facts) =>
      fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([facts, other]) => {
        expect(dayWith(other)).toEqual(dayWith(facts));
      }),
      { numRuns: 1_000 },
    );
  });

  it('become quarters of an hour with the first instant too many, and say so once', () => {
    const day = dayWith(everyMinute(EXACT_SLOTS_MAX));
    expect(day.exact).toBe(true);
    const next = (): boolean => addToDay(day, micros(START + 1), '', totalsOf('1', null));
    expect([next(), next()]).toEqual([true, false]);
    expect(day.exact).toBe(false);
    expect(countsIn(day, START, micros(START + MICROS_PER_DAY))).toEqual({
      '': EXACT_SLOTS_MAX + 2,
    });
  });
});
