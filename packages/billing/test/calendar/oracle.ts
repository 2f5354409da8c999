import { DateTime, IANAZone } from 'luxon';
import {
  type Cycle,
  type Interval,
  MICROS_PER_MILLI,
  micros,
  type Micros,
  type Period,
  toMillis,
} from '../../src/index.ts';

/**
 * A second opinion, from luxon: its calendar does the dates, in UTC, and its zones tell offsets. Which
 * instant a local time means is settled here, because luxon does not say what it picks in gaps and folds.
 */

/** By luxon's dates, and a search instead of arithmetic. */
export function periodOf(cycle: Cycle, at: Micros): Period {
  let index = Math.floor(stepsBetween(cycle, at)) + 2;
  while (boundaryOf(cycle, at, index) > at) index -= 1;
  return { start: boundaryOf(cycle, at, index), end: boundaryOf(cycle, at, index + 1) };
}

/** Boundary k: counted from the anchor, or, under calendar billing, from the calendar unit around `at`. */
export function boundaryOf(cycle: Cycle, at: Micros, index: number): Micros {
  return startOfDay(boundaryDate(cycle, at, index), cycle.timezone);
}

/** Its day, as that day's midnight in UTC. */
export function boundaryDate(cycle: Cycle, at: Micros, index: number): DateTime {
  const first = firstDate(cycle, at);
  const moved = first.plus({ [UNIT[cycle.interval]]: COUNT[cycle.interval] * index });
  const lastDays =
    cycle.billing_time === 'anniversary' &&
    cycle.month_end === 'end_of_month' &&
    cycle.interval !== 'weekly' &&
    first.day === first.daysInMonth;
  return lastDays ? moved.endOf('month').startOf('day') : moved;
}

/** First valid instant of that day or, when the day never was, of the one after; the earlier of two. */
export function startOfDay(date: DateTime, zone: string): Micros {
  const wall = date.toMillis();
  return fromWhole(earliest(wall, zone) ?? changeWithin(zone, ...gapAround(wall, zone)));
}

/** The same wall time so many days later: in a gap by the offset before it, in a fold the earlier. */
export function trialEndOf(base: Micros, days: number, zone: string): Micros {
  const millis = toMillis(base);
  const wall = localTime(millis, zone).plus({ days }).toMillis();
  const end = earliest(wall, zone) ?? gapAround(wall, zone)[1];
  return micros(end * MICROS_PER_MILLI + (base - fromWhole(millis)));
}

/** Local day at that instant, as its midnight in UTC. */
export const dayOf = (at: Micros, zone: string): DateTime =>
  localTime(toMillis(at), zone).startOf('day');

/** The instant at which the offset becomes another one, between two instants that differ in it. */
export function changeWithin(zone: string, from: number, to: number): number {
  const before = offset(from, zone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

export const offset = (millis: number, zone: string): number =>
  Math.round(IANAZone.create(zone).offset(millis) * 60_000);

const UNIT = {
  weekly: 'weeks',
  monthly: 'months',
  quarterly: 'months',
  semiannual: 'months',
  yearly: 'years',
} as const satisfies Record<Interval, string>;
const COUNT = { weekly: 1, monthly: 1, quarterly: 3, semiannual: 6, yearly: 1 } as const;

function firstDate(cycle: Cycle, at: Micros): DateTime {
  if (cycle.billing_time === 'anniversary') return dayOf(cycle.anchor, cycle.timezone);
  const today = dayOf(at, cycle.timezone);
  switch (cycle.interval) {
    case 'weekly':
      return today.startOf('week');
    case 'monthly':
      return today.startOf('month');
    case 'quarterly':
      return today.startOf('quarter');
    case 'semiannual':
      return today.set({ month: today.month < 7 ? 1 : 7, day: 1 });
    case 'yearly':
      return today.startOf('year');
    default:
      return cycle.interval satisfies never;
  }
}

function stepsBetween(cycle: Cycle, at: Micros): number {
  const unit = UNIT[cycle.interval];
  const elapsed = dayOf(at, cycle.timezone).diff(firstDate(cycle, at), unit).as(unit);
  return elapsed / COUNT[cycle.interval];
}

const MILLIS_PER_DAY = 86_400_000;

/** Null when no instant bears that wall time. */
function earliest(wall: number, zone: string): number | null {
  const instants = gapAround(wall, zone).filter((at) => at + offset(at, zone) === wall);
  return instants.length === 0 ? null : Math.min(...instants);
}

/** The wall time by the offset after and before: the change, if there is one, lies between the two. */
const gapAround = (wall: number, zone: string): [number, number] => [
  wall - offset(wall + MILLIS_PER_DAY, zone),
  wall - offset(wall - MILLIS_PER_DAY, zone),
];

const localTime = (millis: number, zone: string): DateTime =>
  DateTime.fromMillis(millis + offset(millis, zone), { zone: 'utc' });

const fromWhole = (millis: number): Micros => micros(millis * MICROS_PER_MILLI);
