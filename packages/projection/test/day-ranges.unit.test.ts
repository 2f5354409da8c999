import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type DayRanges, daysBetween, hasDay, withDay } from '../src/state/day-ranges.ts';
import { MARK_DAYS, type NewestDays, withUsageOn } from '../src/state/retention.ts';

const days = fc.array(fc.integer({ min: -12, max: 12 }), { maxLength: 20 });
const inOrder = (all: readonly number[]): readonly number[] =>
  [...new Set(all)].sort((a, b) => a - b);

describe('a set of days', () => {
  it('holds what was put into it, as ranges that neither overlap nor touch, in order', () => {
    fc.assert(
      fc.property(days, (all) => {
        const ranges = all.reduce<DayRanges>(withDay, []);
        expect(daysBetween(ranges, -Infinity, Infinity)).toEqual(inOrder(all));
        for (const [index, [first]] of ranges.entries()) {
          const before = ranges[index - 1];
          if (before !== undefined) expect(first).toBeGreaterThan(before[1] + 1);
        }
      }),
    );
  });

  it('that holds a day is the very same with it', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -12, max: 12 }), (all, day) => {
        const ranges = all.reduce<DayRanges>(withDay, []);
        expect(withDay(ranges, day) === ranges).toBe(hasDay(ranges, day));
      }),
    );
  });
});

describe('the newest days with usage', () => {
  it('are the newest, in order, however they came', () => {
    fc.assert(
      fc.property(days, (all) => {
        const newest = all.reduce<NewestDays>(withUsageOn, []);
        expect(newest).toEqual(inOrder(all).slice(-MARK_DAYS));
      }),
    );
  });
});
