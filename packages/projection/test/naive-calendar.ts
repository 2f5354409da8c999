import { type Micros } from '@portal/billing';
import { type SubscriptionSnapshot } from '@portal/projection';
import { DateTime, type DurationLike } from 'luxon';

/** The naive model's calendar: luxon, and a search from the anchor instead of arithmetic. */
export interface NaivePeriod {
  readonly start: Micros;
  readonly end: Micros;
}

const local = (at: Micros, zone: string): DateTime<true> => {
  const time = DateTime.fromMillis(Math.floor(at / 1_000), { zone });
  if (!time.isValid) throw new Error(`not a zone: ${zone}`);
  return time;
};
const instantOf = (time: DateTime): Micros => (time.toMillis() * 1_000) as Micros;

export const midnightOf = (at: Micros, zone: string): Micros =>
  instantOf(local(at, zone).startOf('day'));

export const dateOf = (at: Micros, zone: string): string => local(at, zone).toISODate();

export const daysBetween = (from: Micros, to: Micros, zone: string): number =>
  (Date.parse(dateOf(to, zone)) - Date.parse(dateOf(from, zone))) / 86_400_000;

/** The same wall time some days later; of two the earlier. */
export function daysLater(at: Micros, days: number, zone: string): Micros {
  const later = local(at, zone).plus({ days });
  const twin = [60, 30]
    .map((minutes) => later.minus({ minutes }))
    .find((earlier) => earlier.toFormat('D T') === later.toFormat('D T'));
  return (instantOf(twin ?? later) + (at % 1_000)) as Micros;
}

const STEPS = {
  weekly: { weeks: 1 },
  monthly: { months: 1 },
  quarterly: { months: 3 },
  semiannual: { months: 6 },
  yearly: { months: 12 },
} as const;

/** Walks over every boundary from long before to long after, as a read at `now` knows them. */
export function periodHolding(
  subscription: SubscriptionSnapshot,
  start: Micros,
  zone: string,
  now: Micros,
): NaivePeriod {
  const boundary = boundariesOf(subscription, start, zone);
  let index = 0;
  while (boundary(index) > now) index -= 1;
  while (boundary(index) <= now) index += 1;
  // A named period is a year long at most: far enough for its other end.
  const reach = subscription.plan.interval === 'weekly' ? 60 : 16;
  const computed = Array.from({ length: 2 * reach }, (_, step) => boundary(index - reach + step));
  const known = boundariesKnown(subscription, start, zone, computed, now);
  return {
    start: Math.max(...known.filter((instant) => instant <= now)) as Micros,
    end: Math.min(...known.filter((instant) => instant > now)) as Micros,
  };
}

/** The rules about what the biller says, one after the other, each upon the whole list. */
function boundariesKnown(
  subscription: SubscriptionSnapshot,
  start: Micros,
  zone: string,
  computed: readonly Micros[],
  now: Micros,
): readonly Micros[] {
  const { current_period_start: from, current_period_end: until } = subscription;
  const days = new Map<number, string>();
  const day = (instant: number): string => {
    const known = days.get(instant) ?? dateOf(instant as Micros, zone);
    days.set(instant, known);
    return known;
  };
  const end = Math.min(subscription.ending_at ?? Infinity, subscription.terminated_at ?? Infinity);
  if (from === null && end === Infinity) return computed;
  let known: readonly number[] = computed;
  const said: number[] = [];
  const replaces = from !== null && computed.some((one) => day(one) === day(from));
  if (from !== null && (replaces || from <= now)) {
    known = known.filter((one) => day(one) !== day(from));
    said.push(from);
    if (until !== null && from < until && until - from <= 366 * 86_400_000_000) {
      known = known.filter((one) => one < from || one > until);
      known = [...known, until];
    }
  }
  if (end < Infinity && day(end) !== day(start)) {
    known = known.map((one) => (one < end && day(one) === day(end) ? end : one));
  }
  return [...known, ...said] as Micros[];
}

function boundariesOf(subscription: SubscriptionSnapshot, start: Micros, zone: string) {
  const { interval } = subscription.plan;
  const day = local(start, zone).startOf('day');
  const isCalendar = subscription.billing_time === 'calendar';
  const anchor = isCalendar ? startOfCalendar(day, interval) : day;
  const lastDay = anchor.day === anchor.daysInMonth && interval !== 'weekly';
  const staysLast = !isCalendar && lastDay && subscription.month_end === 'end_of_month';
  return (index: number): Micros => {
    const step = Object.entries(STEPS[interval]).map(([unit, n]) => [unit, n * index]);
    const date = anchor.plus(Object.fromEntries(step) as DurationLike);
    return instantOf((staysLast ? date.endOf('month') : date).startOf('day'));
  };
}

function startOfCalendar(day: DateTime, interval: keyof typeof STEPS): DateTime {
  if (interval === 'weekly') return day.startOf('week');
  return interval === 'monthly' ? day.startOf('month') : day.startOf('year');
}
