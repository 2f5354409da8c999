import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  addDays,
  clampedDate,
  dayOfMonth,
  formatDate,
  lastDayOf,
  monthOf,
  parseDate,
} from '../../src/index.ts';
import { CASES, day } from '../cycles.ts';

describe('dates', () => {
  it.each([
    ['1970-01-01', 0],
    ['1969-12-31', -1],
    ['2000-02-29', 11_016],
    ['2026-11-23', 20_780],
  ])('%s is day %d', (text, days) => {
    expect(parseDate(text)).toBe(days);
    expect(formatDate(day(text))).toBe(text);
  });

  it.each(['2026-02-29', '2026-02-30', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', ''])(
    '%j is none',
    (text) => {
      expect(parseDate(text)).toBeNull();
    },
  );

  it('have the month, the day and the clamped neighbours that luxon says', () => {
    const days = fc.integer({ min: -100_000, max: 100_000 });
    const months = fc.integer({ min: -1_200, max: 1_200 });
    fc.assert(
      fc.property(days, months, (offset, count) => {
        const date = addDays(day('1970-01-01'), offset);
        const expected = DateTime.utc(1970, 1, 1).plus({ days: offset });
        expect(formatDate(date)).toBe(expected.toISODate());
        expect(dayOfMonth(date)).toBe(expected.day);
        expect(formatDate(lastDayOf(monthOf(date)))).toBe(expected.endOf('month').toISODate());
        const moved = clampedDate(monthOf(date) + count, dayOfMonth(date));
        expect(formatDate(moved)).toBe(expected.plus({ months: count }).toISODate());
      }),
      CASES,
    );
  });
});
