import { dayOf, dayStart, type Micros } from '@portal/billing';
import { type Settings } from '../settings.ts';

/**
 * How long usage is kept. The mark is the third-newest UTC day with usage that counted, so that no single clock can
 * move it; the ledger reaches one horizon behind it.
 *
 *     late │ kept, in whatever order it comes                          mark      newest
 *     ─────┼─────────────────────────────────────────────────────────────●────●────●──►
 *          └─────────────────────── LEDGER_HORIZON ───────────────────────┘
 *
 * With fewer than three days nothing is late and nothing is dropped.
 */
export const MARK_DAYS = 3;

/** The newest UTC days with usage that counted, at most MARK_DAYS, oldest first. */
export type NewestDays = readonly number[];

export function withUsageOn(days: NewestDays, day: number): NewestDays {
  const [oldest] = days;
  if (days.includes(day)) return days;
  if (days.length === MARK_DAYS && oldest !== undefined && day < oldest) return days;
  const earlier = days.filter((each) => each < day);
  const later = days.filter((each) => each > day);
  return [...earlier, day, ...later].slice(-MARK_DAYS);
}

/** The mark's first instant; null before the first usage. */
export function markOf([oldest]: NewestDays): Micros | null {
  return oldest === undefined ? null : dayStart(oldest);
}

/** The mark's last instant. The two newer days lie in at most four later periods of a zone. */
export function endOfMark([oldest]: NewestDays): Micros | null {
  return oldest === undefined ? null : ((dayStart(oldest + 1) - 1) as Micros);
}

/** First UTC day that is kept; before all days while nothing is dropped. */
export function firstKeptDayOf(days: NewestDays, settings: Settings): number {
  const [oldest] = days;
  if (oldest === undefined || days.length < MARK_DAYS) return -Infinity;
  return dayOf((dayStart(oldest) - settings.ledgerHorizon) as Micros);
}
