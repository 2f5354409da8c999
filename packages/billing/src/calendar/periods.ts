import { type Micros, micros } from '../micros.ts';
import { type BillingTime, type Interval, type MonthEnd } from '../terms.ts';
import { addDays, clampedDate, dayOfMonth, lastDayOf, type LocalDate, monthOf } from './date.ts';
import { localDate, startOfLocalDay } from './zone.ts';

/** What cuts time into billing periods. */
export interface Cycle {
  readonly interval: Interval;
  readonly billing_time: BillingTime;
  readonly month_end: MonthEnd;
  /** Its local day carries every boundary; unused when billing_time is calendar. */
  readonly anchor: Micros;
  readonly timezone: string;
  /** What the billing system says the running period began at, where it knows better. */
  readonly current_period_start: Micros | null;
}

/** Half-open: the end is the start of the next period. */
export interface Period {
  readonly start: Micros;
  readonly end: Micros;
}

/**
 * The period that contains an instant, before the anchor too. A `current_period_start` inside a computed
 * period cuts that one for the instants from it on; it says nothing about any other period.
 */
export function periodAt(cycle: Cycle, at: Micros): Period {
  const computed = computedPeriodAt(cycle, at);
  const cut = cycle.current_period_start;
  return cut !== null && computed.start < cut && cut <= at
    ? { start: cut, end: computed.end }
    : computed;
}

/** The period that ends where this one, a result of `periodAt`, starts. */
export function periodBefore(cycle: Cycle, period: Period): Period {
  const computed = computedPeriodAt(cycle, period.start);
  return computed.start < period.start
    ? { start: computed.start, end: period.start }
    : periodAt(cycle, micros(period.start - 1));
}

function computedPeriodAt(cycle: Cycle, at: Micros): Period {
  const anchor = anchorDate(cycle);
  const boundary = (index: number): Micros =>
    startOfLocalDay(boundaryDate(cycle, anchor, index), cycle.timezone);
  const guess = boundaryIndex(cycle.interval, anchor, localDate(at, cycle.timezone));
  const start = boundary(guess);
  if (at < start) return { start: boundary(guess - 1), end: start };
  const end = boundary(guess + 1);
  // A clock set back over midnight repeats the day before, though its boundary has passed.
  return at < end ? { start, end } : { start: end, end: boundary(guess + 2) };
}

const MONTHS = { monthly: 1, quarterly: 3, semiannual: 6, yearly: 12 } as const;
const DAYS_PER_WEEK = 7;

/** Calendar billing is an anniversary of the first Monday, or first of January, of 1970. */
const FIRST_MONDAY = 4 as LocalDate;
const FIRST_JANUARY = 0 as LocalDate;

function anchorDate(cycle: Cycle): LocalDate {
  if (cycle.billing_time === 'anniversary') return localDate(cycle.anchor, cycle.timezone);
  return cycle.interval === 'weekly' ? FIRST_MONDAY : FIRST_JANUARY;
}

/**
 * Boundary k is the anchor plus k intervals: never derived from another boundary, or 31 January would
 * become the 28th for ever.
 */
function boundaryDate(cycle: Cycle, anchor: LocalDate, index: number): LocalDate {
  if (cycle.interval === 'weekly') return addDays(anchor, index * DAYS_PER_WEEK);
  const month = monthOf(anchor) + index * MONTHS[cycle.interval];
  const onLastDays = cycle.month_end === 'end_of_month' && anchor === lastDayOf(monthOf(anchor));
  return onLastDays ? lastDayOf(month) : clampedDate(month, dayOfMonth(anchor));
}

/** The last boundary on that day, or in that month: it may still lie ahead by some days. */
const boundaryIndex = (interval: Interval, anchor: LocalDate, date: LocalDate): number =>
  interval === 'weekly'
    ? Math.floor((date - anchor) / DAYS_PER_WEEK)
    : Math.floor((monthOf(date) - monthOf(anchor)) / MONTHS[interval]);
