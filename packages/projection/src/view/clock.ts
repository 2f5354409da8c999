import {
  calendarDaysBetween,
  formatDate,
  localDate,
  type Micros,
  nextLocalMidnight,
} from '@portal/billing';

/**
 * `now`, and a memory of every instant it was compared with: the earliest one still ahead is when
 * the answer may change. Everything in `view` that depends on time asks this clock.
 */
export interface Clock {
  readonly now: Micros;
  /** End instants are exclusive: at the instant itself it is reached. */
  reached(instant: Micros): boolean;
  /** Local calendar days from now to `instant`: 0 today, 1 tomorrow. */
  daysUntil(instant: Micros, zone: string): number;
  /** Is a local date (`2026-11-23`) over? */
  isPast(date: string, zone: string): boolean;
  /** First instant at which any of the above may answer differently; null when none ever will. */
  validUntil(): Micros | null;
}

export function clockAt(now: Micros): Clock {
  let horizon: Micros | null = null;
  const note = (instant: Micros): void => {
    if (instant > now && (horizon === null || instant < horizon)) horizon = instant;
  };
  return {
    now,
    reached: (instant) => {
      note(instant);
      return now >= instant;
    },
    daysUntil: (instant, zone) => {
      note(nextLocalMidnight(now, zone));
      return calendarDaysBetween(now, instant, zone);
    },
    isPast: (date, zone) => {
      note(nextLocalMidnight(now, zone));
      return date < formatDate(localDate(now, zone));
    },
    validUntil: () => horizon,
  };
}
