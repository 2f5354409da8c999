import * as fc from 'fast-check';
import { type LocalDate, type Micros, micros, parseDate, parseIso } from '../src/index.ts';

/** Parses an instant a test wrote down; throws when it is none. */
export function instant(text: string): Micros {
  const at = parseIso(text);
  if (at === null) throw new Error(`not an instant: ${text}`);
  return at;
}

/** Parses a date a test wrote down; throws when it is none. */
export function day(text: string): LocalDate {
  const date = parseDate(text);
  if (date === null) throw new Error(`not a date: ${text}`);
  return date;
}

export const CASES = { numRuns: 1_000 };

/** Shown in the names of tests whose answers come from tzdata. */
export const TZDATA = `tzdata ${process.versions['tz'] ?? 'unknown'}, ICU ${process.versions['icu'] ?? 'unknown'}`;

export const arbitraryZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

/** 1970 to 2100, to the microsecond. */
export const arbitraryInstant: fc.Arbitrary<Micros> = fc
  .integer({ min: 0, max: Date.UTC(2100, 0, 1) * 1_000 })
  .map(micros);
