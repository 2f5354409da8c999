import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  type Cycle,
  formatDate,
  localDate,
  micros,
  type Micros,
  type Period,
  periodAt,
  periodBefore,
  toIso,
  toMillis,
} from '../../src/index.ts';
import { arbitraryCycle, arbitraryInstant, CASES, instant, TZDATA } from '../cycles.ts';

const MONTHLY: Cycle = {
  interval: 'monthly',
  billing_time: 'anniversary',
  month_end: 'day_of_month',
  anchor: instant('2026-01-31T09:30:00Z'),
  timezone: 'UTC',
  current_period_start: null,
};

const text = (period: Period): string => `${toIso(period.start)} ${toIso(period.end)}`;

describe(`billing periods (${TZDATA})`, () => {
  it('hold every instant in exactly one of them', () => {
    fc.assert(
      fc.property(arbitraryCycle, arbitraryInstant, (cycle, at) => {
        const period = periodAt(cycle, at);
        expect(period.start).toBeLessThanOrEqual(at);
        expect(period.end).toBeGreaterThan(at);
        expect(periodAt(cycle, period.start)).toEqual(period);
        expect(periodAt(cycle, micros(period.end - 1))).toEqual(period);
      }),
      CASES,
    );
  });

  it('tile time: each ends where the next one starts', () => {
    fc.assert(
      fc.property(arbitraryCycle, arbitraryInstant, (cycle, at) => {
        const period = periodAt(cycle, at);
        const next = periodAt(cycle, period.end);
        expect(next.start).toBe(period.end);
        expect(periodBefore(cycle, next)).toEqual(period);
        expect(periodBefore(cycle, period).end).toBe(period.start);
      }),
      CASES,
    );
  });

  it('agree with luxon on the boundaries around any instant', () => {
    fc.assert(
      fc.property(arbitraryCycle, arbitraryInstant, (cycle, at) => {
        const period = periodAt(cycle, at);
        const expected = luxonPeriod(cycle, at);
        expect(text(period)).toBe(text(expected));
      }),
      CASES,
    );
  });

  it('do not drift: 1,200 months on, the 31st is still the 31st or the last day', () => {
    let at = periodAt(MONTHLY, MONTHLY.anchor).start;
    for (let month = 0; month < 1_200; month += 1) {
      const expected = DateTime.utc(2026, 1, 31).plus({ months: month });
      expect(formatDate(localDate(at, 'UTC'))).toBe(expected.toISODate());
      at = periodAt(MONTHLY, at).end;
    }
  });

  it('walk back before the anchor by the same rule', () => {
    expect(text(periodAt(MONTHLY, instant('2025-02-28T00:00:00Z')))).toBe(
      '2025-02-28T00:00:00Z 2025-03-31T00:00:00Z',
    );
  });

  it('ignore the anchor, and the month-end policy, under calendar billing', () => {
    const cycle = { ...MONTHLY, billing_time: 'calendar', month_end: 'end_of_month' } as const;
    const at = instant('2026-05-17T00:00:00Z');
    const starts = (['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const).map(
      (interval) => toIso(periodAt({ ...cycle, interval }, at).start).slice(0, 10),
    );
    expect(starts).toEqual(['2026-05-11', '2026-05-01', '2026-04-01', '2026-01-01', '2026-01-01']);
  });

  it.each([
    // St John's set its clock back at 00:01, to 23:01 the day before: midnight of the 29th came twice.
    ['before the first midnight', '2006-10-29T02:29:59Z', '2006-10-22T02:30:00Z'],
    ['in the minute after it', '2006-10-29T02:30:00Z', '2006-10-29T02:30:00Z'],
    ['in the hour that repeats the 28th', '2006-10-29T02:45:00Z', '2006-10-29T02:30:00Z'],
    ['after the second midnight', '2006-10-29T03:30:00Z', '2006-10-29T02:30:00Z'],
  ])('start at the earlier of two midnights: %s', (_, at, start) => {
    const cycle: Cycle = {
      ...MONTHLY,
      interval: 'weekly',
      anchor: instant('2006-10-29T12:00:00Z'),
      timezone: 'America/St_Johns',
    };
    expect(toIso(periodAt(cycle, instant(at)).start)).toBe(start);
  });

  it('that would start on a day that never was start with the next day', () => {
    const cycle: Cycle = {
      ...MONTHLY,
      anchor: instant('2011-01-30T12:00:00Z'),
      timezone: 'Pacific/Apia',
    };
    const period = periodAt(cycle, instant('2012-01-01T00:00:00Z'));
    expect(toIso(period.start)).toBe('2011-12-30T10:00:00Z');
    expect(formatDate(localDate(period.start, 'Pacific/Apia'))).toBe('2011-12-31');
  });
});

describe('current_period_start', () => {
  const cut = instant('2026-03-10T08:00:00Z');
  const cycle: Cycle = { ...MONTHLY, current_period_start: cut };

  it.each([
    ['from it on', '2026-03-10T08:00:00Z', '2026-03-10T08:00:00Z 2026-03-31T00:00:00Z'],
    ['to the end', '2026-03-30T23:59:59Z', '2026-03-10T08:00:00Z 2026-03-31T00:00:00Z'],
    ['not before it', '2026-03-10T07:59:59Z', '2026-02-28T00:00:00Z 2026-03-31T00:00:00Z'],
    ['not the period after', '2026-03-31T00:00:00Z', '2026-03-31T00:00:00Z 2026-04-30T00:00:00Z'],
    ['not the period before', '2026-02-27T00:00:00Z', '2026-01-31T00:00:00Z 2026-02-28T00:00:00Z'],
  ])('cuts the period it falls in: %s', (_, at, expected) => {
    expect(text(periodAt(cycle, instant(at)))).toBe(expected);
  });

  it.each([
    ['the cut period', '2026-03-20T00:00:00Z', '2026-02-28T00:00:00Z 2026-03-10T08:00:00Z'],
    ['the one after', '2026-04-01T00:00:00Z', '2026-03-10T08:00:00Z 2026-03-31T00:00:00Z'],
    ['the uncut one', '2026-03-01T00:00:00Z', '2026-01-31T00:00:00Z 2026-02-28T00:00:00Z'],
  ])('shows in the period before %s', (_, at, expected) => {
    expect(text(periodBefore(cycle, periodAt(cycle, instant(at))))).toBe(expected);
  });

  it('on a boundary changes nothing', () => {
    const onBoundary = { ...MONTHLY, current_period_start: instant('2026-02-28T00:00:00Z') };
    const at = instant('2026-03-20T00:00:00Z');
    expect(periodAt(onBoundary, at)).toEqual(periodAt(MONTHLY, at));
    expect(periodBefore(onBoundary, periodAt(onBoundary, at))).toEqual(
      periodBefore(MONTHLY, periodAt(MONTHLY, at)),
    );
  });

  it('never leaves a hole before a period, nor moves an end', () => {
    fc.assert(
      fc.property(arbitraryCycle, arbitraryInstant, arbitraryInstant, (plain, start, at) => {
        const cutting = { ...plain, current_period_start: start };
        const period = periodAt(cutting, at);
        expect(period.end).toBe(periodAt(plain, at).end);
        expect(period.start).toBeLessThanOrEqual(at);
        expect(periodBefore(cutting, period).end).toBe(period.start);
      }),
      CASES,
    );
  });
});

const STEP = {
  weekly: { weeks: 1 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  semiannual: { months: 6 },
  yearly: { years: 1 },
} as const;

/** The oracle: luxon's calendar, and a search instead of arithmetic. */
function luxonPeriod(cycle: Cycle, at: Micros): Period {
  const local = (millis: number): DateTime<true> | DateTime<false> =>
    DateTime.fromMillis(millis, { zone: cycle.timezone });
  const unit = { weekly: 'week', monthly: 'month', quarterly: 'quarter', yearly: 'year' } as const;
  const boundary = (index: number): Micros => {
    const [[name, count]] = Object.entries(STEP[cycle.interval]) as [[string, number]];
    const step = { [name]: count * index };
    if (cycle.billing_time === 'calendar') {
      const now = local(toMillis(at));
      const first =
        cycle.interval === 'semiannual'
          ? now.set({ month: now.month < 7 ? 1 : 7, day: 1 })
          : now.startOf(unit[cycle.interval]);
      return startOfDay(first.plus(step));
    }
    const anchor = local(toMillis(cycle.anchor));
    const moved = anchor.plus(step);
    const stays = cycle.month_end === 'end_of_month' && anchor.day === anchor.daysInMonth;
    return startOfDay(
      stays && cycle.interval !== 'weekly' ? moved.set({ day: moved.daysInMonth ?? 0 }) : moved,
    );
  };
  const [[name, count]] = Object.entries(STEP[cycle.interval]) as [['weeks', number]];
  const from = cycle.billing_time === 'calendar' ? at : cycle.anchor;
  const elapsed = local(toMillis(at))
    .diff(local(toMillis(from)), name)
    .as(name);
  let index = Math.floor(elapsed / count) + 2;
  while (boundary(index) > at) index -= 1;
  return { start: boundary(index), end: boundary(index + 1) };
}

/** Of the two midnights of a day luxon may pick the later, so the hours before are looked at too. */
function startOfDay(time: DateTime): Micros {
  const start = time.startOf('day');
  const earlier = [60, 30].map((minutes) => start.minus({ minutes }));
  const first = earlier.find((other) => other.toISODate() === start.toISODate()) ?? start;
  return micros(first.toMillis() * 1_000);
}
