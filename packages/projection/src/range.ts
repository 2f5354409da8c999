import { type Micros, micros, MICROS_PER_MILLI } from '@portal/billing';

/**
 * The instants that events may name and reads may be for. Micros reach from 1684 to 2255: the period that
 * holds one of these instants, the one before and the one after are inside, whatever the interval and zone.
 */
export const FIRST_INSTANT: Micros = micros(Date.UTC(1830, 0) * MICROS_PER_MILLI);
export const LAST_INSTANT: Micros = micros(Date.UTC(2250, 0) * MICROS_PER_MILLI - 1);

/** No computed date lies later: its neighbours in any zone still fit. */
export const END_OF_TIME: Micros = micros(Date.UTC(2255, 0) * MICROS_PER_MILLI);

export const isInRange = (at: number): at is Micros => at >= FIRST_INSTANT && at <= LAST_INSTANT;

export function nearestInRange(at: Micros): Micros {
  if (at < FIRST_INSTANT) return FIRST_INSTANT;
  return at > LAST_INSTANT ? LAST_INSTANT : at;
}
