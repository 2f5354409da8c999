import { type Micros, micros, MICROS_PER_DAY } from '../micros.ts';
import { type BillingTime, type Interval, type MonthEnd } from '../terms.ts';
import { addDays, clampedDate, dayOfMonth, lastDayOf, type LocalDate, monthOf } from './date.ts';
import { isSameLocalDay, localDate, startOfLocalDay } from './zone.ts';

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
  /** And when that period ends; without a start shortly before it, it counts for nothing. */
  readonly current_period_end: Micros | null;
  /** End of the subscription, exclusive. */
  readonly ends_at: Micros | null;
}

/** Half-open: the end is the start of the next period. */
export interface Period {
  readonly start: Micros;
  readonly end: Micros;
}

/**
 * The period that contains an instant, as a read at that instant sees it; before the anchor too.
 *
 *     computed         |----------------|----------------|----------------|
 *     start, same day  |------------------S--------------|----------------|   replaces the boundary
 *     start, other day |----------------|------S---------|----------------|   cuts, for reads from S on
 *     start and end    |----------------|------S---------------E----------|   one period, from S on
 *     ends_at          |----------------|------------------X                  moves a boundary of its day
 */
export const periodAt = (cycle: Cycle, at: Micros): Period => periodSeen(cycle, at, at);

/** The period that ends where this one, a result of `periodAt`, starts. */
export const periodBefore = (cycle: Cycle, { start }: Period): Period =>
  periodSeen(cycle, micros(start - 1), start);

/** The period that contains an instant, for reads after everything that the billing system named: these tile time. */
export const settledPeriodAt = (cycle: Cycle, at: Micros): Period => periodSeen(cycle, at, ALWAYS);

/** The settled period that ends where this settled one starts. */
export const settledPeriodBefore = (cycle: Cycle, { start }: Period): Period =>
  settledPeriodAt(cycle, micros(start - 1));

/**
 * The period that a start still ahead will cut, as reads before that start see it: the only one that is not
 * among the settled ones. null: nothing cuts.
 */
export function uncutPeriod(cycle: Cycle): Period | null {
  const { current_period_start: cut } = cycle;
  if (cut === null) return null;
  const before = periodSeen(cycle, cut, micros(cut - 1));
  return before.start < cut ? before : null;
}

/** A read so late that every named start has passed. */
const ALWAYS = Number.MAX_SAFE_INTEGER as Micros;

/** The period that contains `at`, for a read at `seen`. */
function periodSeen(cycle: Cycle, at: Micros, seen: Micros): Period {
  const computed = movedPeriodAt(cycle, at);
  const named = namedPeriod(cycle, seen);
  if (named === null) return computed;
  const { start, end } = named;
  if (at < start) return computed.end <= start ? computed : { start: computed.start, end: start };
  if (end !== null && at < end) return { start, end };
  const from = end ?? start;
  return computed.start >= from ? computed : { start: from, end: computed.end };
}

/**
 * What the billing system says, if a read at `seen` goes by it: a start that replaces a boundary holds
 * always, any other from itself on.
 */
function namedPeriod(cycle: Cycle, seen: Micros): { start: Micros; end: Micros | null } | null {
  const { current_period_start: start, current_period_end: end } = cycle;
  if (start === null) return null;
  const replaces = () =>
    isSameLocalDay(computedPeriodAt(cycle, start).start, start, cycle.timezone);
  if (seen < start && !replaces()) return null;
  const counts = end !== null && start < end && end - start <= LONGEST_NAMED;
  return { start, end: counts ? untilTheEnd(cycle, end) : null };
}

/** A year and a day: what is longer is a mistake. */
const LONGEST_NAMED = 366 * MICROS_PER_DAY;

/** The computed period, between boundaries that a start or the end of the subscription replaced. */
function movedPeriodAt(cycle: Cycle, at: Micros): Period {
  const { start, end } = computedPeriodAt(cycle, at);
  const from = moved(cycle, start);
  if (from <= at) return { start: from, end: moved(cycle, end) };
  return { start: moved(cycle, computedPeriodAt(cycle, micros(start - 1)).start), end: from };
}

function moved(cycle: Cycle, boundary: Micros): Micros {
  const start = cycle.current_period_start;
  // A start that was said stands: the end of the subscription moves only what is reckoned.
  if (start !== null && isSameLocalDay(boundary, start, cycle.timezone)) return start;
  return untilTheEnd(cycle, boundary);
}

/**
 * No period begins for the hours that are left: an end later on a boundary's local day is that boundary.
 * Not on the day of the start, whose boundary ends no period of this subscription.
 */
function untilTheEnd(cycle: Cycle, boundary: Micros): Micros {
  const { ends_at: end, anchor, timezone } = cycle;
  if (end === null || end <= boundary || !isSameLocalDay(boundary, end, timezone)) return boundary;
  return isSameLocalDay(anchor, end, timezone) ? boundary : end;
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
