import {
  INTERVALS,
  localDate,
  type Micros,
  MICROS_PER_DAY,
  settledPeriodAt,
  startOfLocalDay,
} from '@portal/billing';
import { aPlan, aSubscription, at } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarOf } from '../../src/fold/periods/calendar.ts';
import { cycleOf } from '../../src/state/subscription.ts';

const BEGIN = at('2026-01-01T00:00:00Z');
const instant = fc
  .integer({ min: -400 * MICROS_PER_DAY, max: 800 * MICROS_PER_DAY })
  .map((after) => (BEGIN + after) as Micros);

const terms = fc
  .record({
    interval: fc.constantFrom(...INTERVALS),
    billing_time: fc.constantFrom('calendar' as const, 'anniversary' as const),
    month_end: fc.constantFrom('day_of_month' as const, 'end_of_month' as const),
    started_at: fc.option(instant),
    ending_at: fc.option(instant),
    current_period_start: fc.option(instant),
    current_period_end: fc.option(instant),
  })
  .map(({ interval, ...times }) => {
    const { subscription } = aSubscription({ ...times, plan: aPlan({ interval }) });
    return subscription;
  });
const zone = fc.constantFrom(
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Apia',
);

describe('the calendar of terms', () => {
  it('is what is reckoned anew, in whatever order it is asked and in whatever zone it was before', () => {
    fc.assert(
      fc.property(
        terms,
        fc.array(fc.tuple(zone, instant), { minLength: 1, maxLength: 40 }),
        (subscription, asked) => {
          for (const [where, when] of asked) {
            const calendar = calendarOf(subscription, where);
            const began = startOfLocalDay(
              localDate(
                subscription.started_at ?? subscription.subscription_at ?? subscription.created_at,
                where,
              ),
              where,
            );
            const { start, end } = settledPeriodAt(cycleOf(subscription, where), when);
            const from = Math.max(start, began);
            expect(calendar.began).toBe(began);
            expect(calendar.periodAt(when)).toEqual({ start, end, from });
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
