const DAY_MS = 86_400_000;

/** How far the clock can be moved, in days from now. */
export const EARLIEST_DAYS = -60;
export const LATEST_DAYS = 400;

/** `now` = whatever the server's clock says; else an instant in milliseconds. */
export type Clock = { readonly kind: 'now' } | { readonly kind: 'at'; readonly instant: number };

export const NOW: Clock = { kind: 'now' };

/** The clock moved by whole days; none is now itself. */
export const movedBy = (days: number, now: number): Clock =>
  days === 0 ? NOW : { kind: 'at', instant: now + days * DAY_MS };

/** Whole days between now and the clock's instant, negative in the past. */
export const daysFromNow = (clock: Clock, now: number): number =>
  clock.kind === 'now' ? 0 : Math.round((clock.instant - now) / DAY_MS);

/** The clock's instant as the `at` parameter; null asks for the server's own now. */
export const atParameter = (clock: Clock): string | null =>
  clock.kind === 'now' ? null : new Date(clock.instant).toISOString();

/** An instant as a `datetime-local` field wants it: wall time of this browser, to the minute. */
export function toFieldValue(instant: number): string {
  const offset = new Date(instant).getTimezoneOffset() * 60_000;
  return new Date(instant - offset).toISOString().slice(0, 16);
}

/** What a `datetime-local` field says; null while it is empty or half typed, or beyond what dates are shown for. */
export function fromFieldValue(value: string): Clock | null {
  const instant = new Date(value).getTime();
  return Math.abs(instant) <= FURTHEST_MS ? { kind: 'at', instant } : null;
}

/** 9999: the last year of four digits, which is all that a field and `at` take. */
const FURTHEST_MS = Date.parse('9999-12-31T00:00:00Z');
