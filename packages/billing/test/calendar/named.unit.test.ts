import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type Cycle,
  localDate,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  micros,
  type Micros,
  type Period,
  periodAt,
  periodBefore,
  settledPeriodAt,
  settledPeriodBefore,
  uncutPeriod,
  toIso,
} from '../../src/index.ts';
import { CASES, TZDATA } from '../cycles.ts';
import { arbitraryCase } from './edges.ts';
import { periodOf } from './oracle.ts';

/** A start, an end of its period and an end of the subscription near one instant, and another instant to read at. */
interface Named {
  readonly plain: Cycle;
  readonly cycle: Cycle;
  readonly start: Micros;
  readonly at: Micros;
}

const text = ({ start, end }: Period): string => `${toIso(start)} ${toIso(end)}`;
const holds = ({ start, end }: Period, at: Micros): boolean => start <= at && at < end;

const arbitraryOffset = fc.oneof(
  fc.constantFrom(0, 1, -1, 1_000, -1_000),
  fc.integer({ min: -30 * MICROS_PER_HOUR, max: 30 * MICROS_PER_HOUR }),
  fc.integer({ min: -500 * MICROS_PER_DAY, max: 500 * MICROS_PER_DAY }),
);

const arbitraryLength = fc.oneof(
  fc.constantFrom(0, -1, 1, 7, 28, 30, 31, 90, 365, 366, 367).map((days) => days * MICROS_PER_DAY),
  fc.constantFrom(366 * MICROS_PER_DAY + 1, 366 * MICROS_PER_DAY - 1, 1),
  fc.integer({ min: -MICROS_PER_DAY, max: 367 * MICROS_PER_DAY }),
);

const arbitraryNamed: fc.Arbitrary<Named> = fc
  .record({
    found: arbitraryCase,
    // Measured from a boundary: what is said is nearly always said of its day.
    onBoundary: fc.boolean(),
    start: arbitraryOffset,
    length: fc.option(arbitraryLength, { nil: null }),
    end: fc.option(fc.tuple(fc.constantFrom('start', 'end', 'boundary'), arbitraryOffset), {
      nil: null,
    }),
    at: fc.tuple(fc.constantFrom('start', 'end', 'boundary'), arbitraryOffset),
  })
  .map(({ found, onBoundary, start: offset, length, end, at }) => {
    const plain = found.cycle;
    const boundary = periodAt(plain, found.at).end;
    const start = micros((onBoundary ? boundary : found.at) + offset);
    const named = length === null ? null : micros(start + length);
    const from = { start, end: named ?? boundary, boundary };
    const near = (base: string, by: number) => micros(from[base as keyof typeof from] + by);
    const cycle = {
      ...plain,
      current_period_start: start,
      current_period_end: named,
      ends_at: end === null ? null : near(...end),
    };
    return { plain, cycle, start, at: near(...at) };
  });

const isOneDay = ({ timezone }: Cycle, a: Micros, b: Micros): boolean =>
  localDate(a, timezone) === localDate(b, timezone);

/** On the local day of a boundary that luxon reckons as well. */
const replaces = ({ plain, start }: Named): boolean =>
  isOneDay(plain, periodOf(plain, start).start, start);

describe(`periods that the billing system names (${TZDATA})`, () => {
  it('hold the instant they are asked for, and begin where the one before ends', () => {
    fc.assert(
      fc.property(arbitraryNamed, ({ cycle, at }) => {
        const period = periodAt(cycle, at);
        expect(holds(period, at)).toBe(true);
        const before = periodBefore(cycle, period);
        expect(before.end).toBe(period.start);
        expect(before.start).toBeLessThan(before.end);
        expect(text(periodAt(cycle, period.start))).toBe(text(period));
      }),
      CASES,
    );
  });

  it('tile time: one answer for every instant inside, the next begins at the end, none is left out', () => {
    fc.assert(
      fc.property(arbitraryNamed, (named) => {
        const { cycle, start, at } = named;
        const period = periodAt(cycle, at);
        // Who reads before a start that cuts goes by the calendar, who reads after it does not.
        const turns = at < start && !replaces(named) ? start : micros(Number.MAX_SAFE_INTEGER);
        const last = micros(Math.min(period.end, turns) - 1);
        expect(text(periodAt(cycle, last))).toBe(text(period));
        const next = periodAt(cycle, micros(last + 1));
        expect(next.start).toBe(micros(last + 1));
        const before = periodBefore(cycle, next);
        expect(before).toEqual({ start: period.start, end: next.start });
      }),
      CASES,
    );
  });

  it('begin at the start that was said, and end at the end that was said if the two can be', () => {
    fc.assert(
      fc.property(arbitraryNamed, ({ cycle, start }) => {
        const { current_period_end: end, ends_at: over, anchor } = cycle;
        const period = periodAt(cycle, start);
        expect(period.start).toBe(start);
        if (end === null || end <= start || end - start > 366 * 24 * MICROS_PER_HOUR) return;
        const isLater = over !== null && over > end && isOneDay(cycle, over, end);
        expect(period.end).toBe(isLater && !isOneDay(cycle, over, anchor) ? over : end);
      }),
      CASES,
    );
  });

  it('an end that cannot be counts for nothing, nor does one without a start', () => {
    const impossible = fc.oneof(
      fc.integer({ min: -400 * MICROS_PER_DAY, max: 0 }),
      fc.integer({ min: 366 * MICROS_PER_DAY + 1, max: 900 * MICROS_PER_DAY }),
    );
    fc.assert(
      fc.property(arbitraryNamed, impossible, ({ plain, cycle, start, at }, length) => {
        const bad = { ...cycle, current_period_end: micros(start + length) };
        expect(periodAt(bad, at)).toEqual(periodAt({ ...cycle, current_period_end: null }, at));
        const alone = { ...plain, current_period_end: micros(at + 1) };
        expect(periodAt(alone, at)).toEqual(periodAt(plain, at));
      }),
      CASES,
    );
  });

  it('a start on the day of a boundary replaces it, before it as well: no piece of hours is left', () => {
    fc.assert(
      fc.property(arbitraryNamed, (named) => {
        fc.pre(replaces(named));
        const { plain, start } = named;
        const cycle = { ...plain, current_period_start: start };
        const boundary = periodOf(plain, start).start;
        const before = periodOf(plain, micros(boundary - 1));
        for (const at of [before.start, micros(boundary - 1), boundary, micros(start - 1)]) {
          if (at >= start) continue;
          expect(text(periodAt(cycle, at))).toBe(text({ start: before.start, end: start }));
        }
        expect(text(periodAt(cycle, start))).toBe(text({ start, end: periodOf(plain, start).end }));
      }),
      CASES,
    );
  });

  it('a start on another day cuts: nothing changes before it, what lies before it is a period after it', () => {
    fc.assert(
      fc.property(arbitraryNamed, (named) => {
        fc.pre(!replaces(named));
        const { plain, cycle, start } = named;
        const unsaid = { ...cycle, current_period_start: null, current_period_end: null };
        const whole = periodAt(unsaid, micros(start - 1));
        for (const at of [whole.start, micros(start - 1)]) {
          expect(text(periodAt(cycle, at))).toBe(text(periodAt(unsaid, at)));
        }
        expect(text(periodBefore(cycle, periodAt(cycle, start)))).toBe(
          text({ start: whole.start, end: start }),
        );
        const alone = { ...plain, current_period_start: start };
        const { end } = periodOf(plain, start);
        expect(text(periodAt(alone, end))).toBe(text(periodOf(plain, end)));
      }),
      CASES,
    );
  });

  it('an end of the subscription later on the day of a boundary is that boundary', () => {
    const hours = fc.integer({ min: 1, max: 23 * MICROS_PER_HOUR });
    fc.assert(
      fc.property(arbitraryCase, hours, ({ cycle: plain, at }, later) => {
        const { start, end } = periodOf(plain, at);
        const over = micros(end + later);
        const cycle = { ...plain, ends_at: over };
        const isLast = isOneDay(plain, end, over) && !isOneDay(plain, over, plain.anchor);
        const last = isLast ? { start, end: over } : { start, end };
        expect(text(periodAt(cycle, at))).toBe(text(last));
        if (isLast) expect(text(periodAt(cycle, end))).toBe(text(last));
        const early = { ...plain, ends_at: micros(end - later) };
        if (!isOneDay(plain, start, early.ends_at)) {
          expect(text(periodAt(early, at))).toBe(text({ start, end }));
        }
      }),
      CASES,
    );
  });
});

describe(`the periods that reads ask for (${TZDATA})`, () => {
  it('are settled ones, or the one that a start still ahead will cut', () => {
    fc.assert(
      fc.property(arbitraryNamed, arbitraryOffset, ({ cycle, at }, ahead) => {
        const uncut = uncutPeriod(cycle);
        const current = periodAt(cycle, micros(at + ahead));
        for (const period of [current, periodBefore(cycle, current)]) {
          const settled = settledPeriodAt(cycle, period.start);
          expect([settled, uncut].map((one) => one && text(one))).toContain(text(period));
        }
      }),
      CASES,
    );
  });

  it('tile time when they are settled', () => {
    fc.assert(
      fc.property(arbitraryNamed, ({ cycle, at }) => {
        const period = settledPeriodAt(cycle, at);
        expect(holds(period, at)).toBe(true);
        const before = settledPeriodBefore(cycle, period);
        expect(before.end).toBe(period.start);
        expect(text(settledPeriodAt(cycle, before.start))).toBe(text(before));
        expect(text(settledPeriodAt(cycle, micros(before.end - 1)))).toBe(text(before));
      }),
      CASES,
    );
  });
});
