import {
  fromMillis,
  micros,
  type Micros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  toIso,
  toMillis,
} from '@portal/billing';

/** The instants the samples are told in, all relative to one `now`. */
export interface Timeline {
  readonly now: Micros;
  /** Whole seconds; fractions of days are fine. */
  readonly daysAgo: (days: number) => Micros;
  readonly inDays: (days: number) => Micros;
  /** ISO date (UTC) so many days from now, negative = past. */
  readonly date: (days: number) => string;
  /**
   * An anniversary anchor that puts `now` about `days` days into its current period of `months`
   * months: that day of the month, `periods` periods earlier, never after the 28th, at noon UTC.
   */
  readonly anchor: (days: number, months: number, periods: number) => Micros;
  /** Noon UTC on the last day of a month that has `length` days, at least `daysBack` days ago. */
  readonly monthEnd: (length: number, daysBack: number) => Micros;
}

const NOON = 12;

export function timeline(now: Micros): Timeline {
  const wholeSecond = micros(now - (now % MICROS_PER_SECOND));
  const inDays = (days: number): Micros =>
    micros(wholeSecond + Math.round(days * 86_400) * MICROS_PER_SECOND);
  const utc = (at: Micros): Date => new Date(toMillis(at));
  return {
    now,
    inDays,
    daysAgo: (days) => inDays(-days),
    date: (days) => toIso(inDays(days)).slice(0, 10),
    anchor(days, months, periods) {
      const day = utc(inDays(-days));
      const month = day.getUTCMonth() - months * periods;
      return fromMillis(
        Date.UTC(day.getUTCFullYear(), month, Math.min(day.getUTCDate(), 28), NOON),
      );
    },
    monthEnd(length, daysBack) {
      const latest = utc(micros(wholeSecond - daysBack * MICROS_PER_DAY));
      // Day 0 of a month is the last day of the month before; a year back holds every length but 29.
      const ends = Array.from({ length: 12 }, (_, back) =>
        Date.UTC(latest.getUTCFullYear(), latest.getUTCMonth() - back, 0, NOON),
      );
      const found = ends.find((end) => new Date(end).getUTCDate() === length);
      if (found === undefined) throw new RangeError(`no month of ${length} days in a year`);
      return fromMillis(found);
    },
  };
}
