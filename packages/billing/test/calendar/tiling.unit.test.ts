import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  type Cycle,
  formatDate,
  localDate,
  micros,
  type Period,
  periodAt,
  periodBefore,
  toIso,
} from '../../src/index.ts';
import { CASES, TZDATA } from '../cycles.ts';
import { arbitraryCase } from './edges.ts';
import { boundaryDate, boundaryOf, periodOf, startOfDay } from './oracle.ts';

const text = (period: Period): string => `${toIso(period.start)} ${toIso(period.end)}`;

describe(`billing periods wherever clocks change (${TZDATA})`, () => {
  it('hold every instant in exactly one of them', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ cycle, at }) => {
        const period = periodAt(cycle, at);
        expect(period.start).toBeLessThanOrEqual(at);
        expect(period.end).toBeGreaterThan(at);
        for (const inside of [period.start, micros(period.end - 1)]) {
          expect(text(periodAt(cycle, inside))).toBe(text(period));
        }
      }),
      CASES,
    );
  });

  it('tile time: each ends where the next one starts, and the one before is its inverse', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ cycle, at }) => {
        const period = periodAt(cycle, at);
        const next = periodAt(cycle, period.end);
        const before = periodBefore(cycle, period);
        expect(next.start).toBe(period.end);
        expect(text(periodBefore(cycle, next))).toBe(text(period));
        expect(text(periodAt(cycle, before.end))).toBe(text(period));
        expect(text(periodAt(cycle, before.start))).toBe(text(before));
        const boundaries = [before.start, before.end, period.end, next.end];
        expect(boundaries).toEqual([...new Set(boundaries)].sort((a, b) => a - b));
      }),
      CASES,
    );
  });

  it('agree with luxon on the boundaries around any instant', () => {
    fc.assert(
      fc.property(arbitraryCase, ({ cycle, at }) => {
        expect(text(periodAt(cycle, at))).toBe(text(periodOf(cycle, at)));
      }),
      CASES,
    );
  });

  it('start at boundary k = anchor + k intervals, however far from the anchor', () => {
    const steps = fc.integer({ min: -1_200, max: 1_200 });
    fc.assert(
      fc.property(arbitraryCase, steps, ({ cycle, at }, months) => {
        const index = Math.trunc(months / MONTHS[cycle.interval]);
        const start = boundaryOf(cycle, at, index);
        const end = boundaryOf(cycle, at, index + 1);
        expect(text(periodAt(cycle, start))).toBe(text({ start, end }));
        const day = formatDate(localDate(start, cycle.timezone));
        expect(day).toBe(dayThatWas(boundaryDate(cycle, at, index), cycle.timezone));
      }),
      CASES,
    );
  });

  it.each([
    'Africa/Casablanca',
    'America/Sao_Paulo',
    'Antarctica/Troll',
    'Asia/Kolkata',
    'Pacific/Apia',
    'Pacific/Kiritimati',
  ])('do not drift in 1,200 months walked one by one: %s', (timezone) => {
    const first = DateTime.utc(1992, 1, 31);
    const cycle: Cycle = {
      interval: 'monthly',
      billing_time: 'anniversary',
      month_end: 'day_of_month',
      anchor: startOfDay(first, timezone),
      timezone,
      current_period_start: null,
      current_period_end: null,
      ends_at: null,
    };
    const stepped: string[] = [];
    const expected: string[] = [];
    let at = cycle.anchor;
    for (let month = 0; month < 1_200; month += 1) {
      stepped.push(toIso(periodAt(cycle, at).start));
      expected.push(toIso(startOfDay(first.plus({ months: month }), timezone)));
      at = periodAt(cycle, at).end;
    }
    expect(stepped).toEqual(expected);
  });
});

/** Intervals in months, a week as one: 1,200 steps of it are enough. */
const MONTHS = { weekly: 1, monthly: 1, quarterly: 3, semiannual: 6, yearly: 12 } as const;

/** That day or, when the zone left it out, the next. */
function dayThatWas(date: DateTime, zone: string): string {
  const next = date.plus({ days: 1 });
  return (startOfDay(date, zone) < startOfDay(next, zone) ? date : next).toISODate() ?? '';
}
