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

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}(?::?\d{2})?))?$/i;

/**
 * Reads an ISO 8601 instant (`2026-11-23T10:00:00.123456Z`, an offset, or a date alone = midnight UTC).
 * Digits beyond the microsecond are dropped. Returns null for anything else, impossible dates included.
 */
export function parseIso(text: string): Micros | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, date = '', time = '00:00', seconds = '00', fraction = '', zone = 'Z'] = match;
  const offset = zone.length === 3 ? `${zone}:00` : zone.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const millis = Date.parse(`${date}T${time}:${seconds}${offset.toUpperCase()}`);
  if (Number.isNaN(millis) || !isRealDate(date)) return null;
  const sub = Number(fraction.padEnd(6, '0').slice(0, 6));
  const value = millis * MICROS_PER_MILLI + sub;
  return Number.isSafeInteger(value) ? (value as Micros) : null;
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
