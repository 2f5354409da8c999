import { describe, expect, it } from '@jest/globals';
import {
  type BillingTime,
  calendarDaysBetween,
  type Cycle,
  formatDate,
  type Interval,
  localDate,
  micros,
  type MonthEnd,
  nextLocalMidnight,
  periodAt,
  startOfLocalDay,
  toIso,
  trialEnd,
} from '../../src/index.ts';
import { day, instant, TZDATA } from '../cycles.ts';
import references from '../fixtures/calendar-references.json' with { type: 'json' };
import computed from '../fixtures/calendar.json' with { type: 'json' };

interface PeriodVector {
  readonly id: string;
  readonly billing_time: string;
  readonly anchor: string | null;
  readonly interval: string;
  readonly month_end: string;
  readonly tz: string;
  readonly now: string;
  readonly start: string;
  readonly end: string;
  readonly days_until?: number;
}

const cycleOf = (vector: Pick<PeriodVector, 'interval' | 'month_end' | 'tz'>): Cycle => ({
  interval: vector.interval as Interval,
  billing_time: 'anniversary',
  month_end: vector.month_end as MonthEnd,
  anchor: micros(0),
  timezone: vector.tz,
  current_period_start: null,
  current_period_end: null,
  ends_at: null,
});

function checkPeriod(vector: PeriodVector): void {
  const now = instant(vector.now);
  const period = periodAt(
    {
      ...cycleOf(vector),
      billing_time: vector.billing_time as BillingTime,
      anchor: vector.anchor === null ? now : startOfLocalDay(day(vector.anchor), vector.tz),
    },
    now,
  );
  expect({ start: toIso(period.start), end: toIso(period.end) }).toEqual({
    start: vector.start,
    end: vector.end,
  });
  if (vector.days_until === undefined) return;
  expect(calendarDaysBetween(now, period.end, vector.tz)).toBe(vector.days_until);
}

describe(`calendar vectors computed by an independent implementation (${TZDATA})`, () => {
  it.each(computed)('$id: $interval in $tz at $now', checkPeriod);
});

describe(`calendar vectors of other billing systems (${TZDATA})`, () => {
  it.each(references.periods)('$id ($source): the period at $now', checkPeriod);

  it.each(references.boundaries)('$id ($source): successive boundaries', (vector) => {
    const [first = '', ...rest] = vector.dates;
    const cycle = { ...cycleOf(vector), anchor: startOfLocalDay(day(first), vector.tz) };
    let at = cycle.anchor;
    const stepped = rest.map(() => {
      at = periodAt(cycle, at).end;
      return formatDate(localDate(at, vector.tz));
    });
    expect(stepped).toEqual(rest);
    expect(periodAt(cycle, cycle.anchor).start).toBe(cycle.anchor);
  });

  it.each(references.trials)('$id ($source): $days trial days from $base', (vector) => {
    const end = trialEnd(instant(vector.base), vector.days, vector.tz);
    expect(end).toBe(instant(vector.end));
    expect(formatDate(localDate(instant(vector.end), vector.tz))).toBe(vector.local_date);
  });

  it.each(references.days)('$id ($source): $date in $tz', (vector) => {
    const start = startOfLocalDay(day(vector.date), vector.tz);
    expect(toIso(start)).toBe(vector.start);
    expect(toIso(nextLocalMidnight(start, vector.tz))).toBe(vector.next);
  });

  it.each(references.countdowns)('$id ($source): days from $now to $bill', (vector) => {
    const { now, bill, tz, days } = vector;
    expect(calendarDaysBetween(instant(now), instant(bill), tz)).toBe(days);
  });
});
