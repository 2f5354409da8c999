import { Temporal } from 'temporal-polyfill';
import { type Micros, micros, MICROS_PER_DAY } from '../micros.ts';
import { formatDate, type LocalDate } from './date.ts';

/**
 * The only file that knows how zones work. Zones are IANA names; the rules come from the tzdata of the
 * runtime. Every function throws RangeError for a name `isZone` refuses, and for instants beyond Micros.
 */

/** Local day at that instant. */
export const localDate = (at: Micros, zone: string): LocalDate =>
  Math.floor((at + offsetAt(at, zone)) / MICROS_PER_DAY) as LocalDate;

/** Whether both instants lie on one local day. */
export const isSameLocalDay = (a: Micros, b: Micros, zone: string): boolean =>
  localDate(a, zone) === localDate(b, zone);

/**
 * First instant of a local day. A midnight that does not exist gives the first valid instant after it
 * (for a day that does not exist: the start of the next), one that occurs twice the earlier.
 */
export const startOfLocalDay = (date: LocalDate, zone: string): Micros => dayStarts(zone, date);

/** First instant after `at` whose local day is another one: almost always tomorrow's midnight. */
export function nextLocalMidnight(at: Micros, zone: string): Micros {
  const date = localDate(at, zone);
  const byThisOffset = micros((date + 1) * MICROS_PER_DAY - offsetAt(at, zone));
  if (steadyOffset(utcDay(at), utcDay(byThisOffset), zone) !== null) return byThisOffset;
  const change = zoned(at, zone).getTimeZoneTransition('next');
  if (change === null || ofZoned(change) > byThisOffset) return byThisOffset;
  return localDate(ofZoned(change), zone) === date
    ? nextLocalMidnight(ofZoned(change), zone)
    : ofZoned(change);
}

/** Local days from one instant to another: 0 on the same day, 1 for tomorrow, negative for the past. */
export const calendarDaysBetween = (from: Micros, to: Micros, zone: string): number =>
  localDate(to, zone) - localDate(from, zone);

/**
 * The same wall time that many local days later. A wall time that does not exist is read with the offset
 * before the gap, one that occurs twice is the earlier.
 */
export const addLocalDays = (at: Micros, days: number, zone: string): Micros =>
  ofZoned(zoned(at, zone).add({ days }));

/**
 * Whether every function here can work with the zone. Offsets such as `+02:00` are no zones, nor are the
 * old three-letter names (`PST`) that Intl takes and Temporal refuses.
 */
export function isZone(name: string): boolean {
  if (name.length > ZONE_LENGTH_MAX) return false;
  const known = knownZones.get(name);
  if (known !== undefined) return known;
  if (knownZones.size >= CACHE_ENTRIES_MAX) knownZones.clear();
  const isKnown = /^[a-z]/i.test(name) && isUsable(name);
  knownZones.set(name, isKnown);
  return isKnown;
}

/** The longest IANA names have some 30; names of any length are not worth remembering. */
const ZONE_LENGTH_MAX = 100;

/** Local time minus UTC, in microseconds. */
const offsetAt = (at: Micros, zone: string): number =>
  steadyOffset(utcDay(at), utcDay(at), zone) ?? exactOffset(at, zone);

/**
 * The offset of a zone from the start of one UTC day to the end of the same or the next; null when it
 * changes in between. No zone ever changed its offset twice within a day, so the ends tell.
 */
function steadyOffset(from: number, to: number, zone: string): number | null {
  const offset = dayOffsets(zone, from);
  const steady = offset === dayOffsets(zone, to) && offset === dayOffsets(zone, to + 1);
  return steady ? offset : null;
}

/** By zone, then by day. */
function rememberedByDay<Day extends number, Value>(reckon: (zone: string, day: Day) => Value) {
  const zones = new Map<string, Map<Day, Value>>();
  let count = 0;
  return (zone: string, day: Day): Value => {
    const days = zones.get(zone) ?? new Map<Day, Value>();
    const known = days.get(day);
    if (known !== undefined) return known;
    const value = reckon(zone, day);
    if (count >= CACHE_ENTRIES_MAX) {
      zones.clear();
      count = 0;
    }
    zones.set(zone, days.set(day, value));
    count += 1;
    return value;
  };
}

const exactOffset = (at: Micros, zone: string): number =>
  zoned(at, zone).offsetNanoseconds / Number(NANOS_PER_MICRO);

const utcDay = (at: Micros): number => Math.floor(at / MICROS_PER_DAY);

const zoned = (at: Micros, zone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochNanoseconds(BigInt(at) * NANOS_PER_MICRO).toZonedDateTimeISO(zone);

const ofZoned = (time: Temporal.ZonedDateTime): Micros =>
  micros(Number(time.epochNanoseconds / NANOS_PER_MICRO));

function isUsable(name: string): boolean {
  try {
    zoned(micros(0), name);
    return true;
  } catch {
    return false;
  }
}

const NANOS_PER_MICRO = 1_000n;

/**
 * A zone's arithmetic costs some 20 µs and reads ask for the same few days again and again. The caches
 * hold pure results, so nobody can observe them; when full (some 10 MB each) they start anew. Folding a year of
 * events in twenty zones asks for 30,000 days: a cache smaller than that would mostly be filling itself.
 */
const CACHE_ENTRIES_MAX = 100_000;
/** At the start of a UTC day. */
const dayOffsets = rememberedByDay((zone, day: number) =>
  exactOffset(micros(day * MICROS_PER_DAY), zone),
);
/** Of local days: a clock that is changed on one of them is asked for each, at 20 µs. */
const dayStarts = rememberedByDay((zone, date: LocalDate): Micros => {
  // Offsets are shorter than a day, so this midnight lies in the UTC day of the same name or the one before.
  const offset = steadyOffset(date - 1, date, zone);
  return offset === null
    ? ofZoned(Temporal.PlainDate.from(formatDate(date)).toZonedDateTime(zone))
    : micros(date * MICROS_PER_DAY - offset);
});
const knownZones = new Map<string, boolean>();
