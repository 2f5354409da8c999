/**
 * Instants are whole microseconds since the Unix epoch, UTC: the resolution of the event schemas
 * (Avro `timestamp-micros`), and exact in a JS number until the year 2255.
 */
export type Micros = number & { readonly __brand: 'Micros' };

export const MICROS_PER_MILLI = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
export const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

export function micros(value: number): Micros {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole microsecond: ${value}`);
  return value as Micros;
}

export const fromMillis = (millis: number): Micros => micros(Math.floor(millis) * MICROS_PER_MILLI);

/** Milliseconds, the fraction dropped toward the past. */
export const toMillis = (at: Micros): number => Math.floor(at / MICROS_PER_MILLI);

const DAY = String.raw`(\d{4}-\d{2}-\d{2})`;
const TIME = String.raw`[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?`;
const ZONE = String.raw`(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)`;
const INSTANT = new RegExp(`^${DAY}${TIME}${ZONE}$`, 'i');
const LONGEST_INSTANT = '2026-11-23T10:00:00.123456+05:30'.length;

/**
 * Reads an RFC 3339 instant (`2026-11-23T10:00:00.123456Z`, or with an offset); seconds may be missing, and a
 * blank may stand for the T. Returns null for anything else: impossible dates, a date alone, a time without a
 * zone, more than six fraction digits. `whyNoInstant` says what is wrong.
 */
export function parseIso(text: string): Micros | null {
  const match = text.length > LONGEST_INSTANT ? null : INSTANT.exec(text);
  if (match === null) return null;
  const [, date = '', time = '', seconds = '00', fraction = '', zone = ''] = match;
  const millis = Date.parse(`${date}T${time}:${seconds}${zone.toUpperCase()}`);
  if (Number.isNaN(millis) || !isRealDate(date)) return null;
  const sub = Number(fraction.padEnd(6, '0'));
  const value = millis * MICROS_PER_MILLI + sub;
  return Number.isSafeInteger(value) ? (value as Micros) : null;
}

const DATE_ALONE = new RegExp(`^${DAY}$`);
const WITHOUT_ZONE = new RegExp(`^${DAY}${TIME}$`, 'i');
const FINE = new RegExp(`^${DAY}[T ][0-9:]{5,8}\\.\\d{7}`, 'i');
const WRITE = 'write a time and its zone, such as "2026-11-10T00:00:00-05:00"';

/** Why a text that people take for an instant is none; null for what is not even like one. */
export function whyNoInstant(text: string): string | null {
  if (FINE.test(text)) return 'must have at most six fraction digits of a second';
  if (text.length > LONGEST_INSTANT) return null;
  if (DATE_ALONE.test(text)) return `is a date alone, which names no instant: ${WRITE}`;
  if (WITHOUT_ZONE.test(text)) return `is a time without a zone, which names no instant: ${WRITE}`;
  return null;
}

/** Date.parse rolls 31 February over to March; a billing date must not. */
function isRealDate(date: string): boolean {
  const millis = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(date);
}

/** `2026-11-23T10:00:00Z`, with six fraction digits only when they are not zero. */
export function toIso(at: Micros): string {
  const fraction = ((at % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const seconds = new Date((at - fraction) / MICROS_PER_MILLI).toISOString().slice(0, 19);
  return fraction === 0 ? `${seconds}Z` : `${seconds}.${String(fraction).padStart(6, '0')}Z`;
}
