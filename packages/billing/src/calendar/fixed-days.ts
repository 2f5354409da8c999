import { MICROS_PER_DAY, type Micros, micros } from '../micros.ts';
import { type Interval } from '../terms.ts';

/** A next bill by days of 24 hours, for comparison with systems that reckon so. No zone has a say in it. */
export interface FixedDaysBill {
  readonly at: Micros;
  /** Whole days of 24 hours until then. */
  readonly days: number;
  /** First instant at which one of the two is another. */
  readonly validUntil: Micros;
}

/**
 * An anchor still ahead is the bill itself. Otherwise it is the first step after `now`, counted from the
 * anchor with its time of day: at a step, the next one.
 */
export function fixedDaysBill(interval: Interval, anchor: Micros, now: Micros): FixedDaysBill {
  const at = anchor > now ? anchor : stepAfter(DAYS[interval] * MICROS_PER_DAY, anchor, now);
  const days = Math.floor((at - now) / MICROS_PER_DAY);
  // n whole days are left up to and including n days before the bill, none up to the bill, exclusive.
  const validUntil = days === 0 ? at : micros(at - days * MICROS_PER_DAY + 1);
  return { at, days, validUntil };
}

/** A semiannual plan steps by 30 days like a monthly one: the arithmetic reproduced here knows no other. */
const DAYS = { weekly: 7, monthly: 30, quarterly: 90, semiannual: 30, yearly: 365 } as const;

const stepAfter = (step: number, anchor: Micros, now: Micros): Micros =>
  micros(anchor + (Math.floor((now - anchor) / step) + 1) * step);
