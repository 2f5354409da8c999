import { describe, expect, it } from '@jest/globals';
import {
  type Cycle,
  formatDate,
  localDate,
  type Period,
  periodAt,
  periodBefore,
  toIso,
} from '../../src/index.ts';
import { instant, TZDATA } from '../cycles.ts';

const MONTHLY: Cycle = {
  interval: 'monthly',
  billing_time: 'anniversary',
  month_end: 'day_of_month',
  anchor: instant('2026-01-31T09:30:00Z'),
  timezone: 'UTC',
  current_period_start: null,
  current_period_end: null,
  ends_at: null,
};

const text = (period: Period): string => `${toIso(period.start)} ${toIso(period.end)}`;

describe(`billing periods (${TZDATA})`, () => {
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
});
