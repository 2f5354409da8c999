import { decimal, type Decimal, HUNDRED, ONE, ZERO } from '@portal/billing';

/**
 * Units in percent of a limit, rounded half-up (away from zero) to four decimals: few enough digits to be
 * exact enough as a JSON number. Rounded once, by the rest of the division: a quotient is rounded itself.
 */
export function percentageOf(units: Decimal, limit: Decimal): Decimal {
  const scaled = units.times(HUNDRED).times(STEPS);
  const rest = scaled.mod(limit);
  const whole = scaled.minus(rest).div(limit);
  if (rest.abs().times(TWO).lt(limit)) return whole.times(STEP);
  return whole.plus(rest.lt(ZERO) ? MINUS_ONE : ONE).times(STEP);
}

/** The smallest percentage told, and how many of it are one percent. */
const STEP = decimal('0.0001');
const STEPS = decimal('10000');
const TWO = decimal('2');
const MINUS_ONE = decimal('-1');
