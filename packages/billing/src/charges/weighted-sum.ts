import { type Period } from '../calendar/periods.ts';
import { type Decimal, decimal, ofInteger, ZERO } from '../decimal.ts';
import { type RawUsage } from './usage.ts';

/**
 * Σ value × the time it held / the period's length. A point holds until the next one, the last until
 * the period's end; the carried one from its start. Divides once, to 20 decimals, half-up.
 */
export function weightedSum(
  points: readonly RawUsage[],
  carried: RawUsage | null,
  period: Period,
): Decimal {
  const levels = carried === null ? points : [{ ...carried, at: period.start }, ...points];
  const sum = levels.reduce((total, { at, value }, index) => {
    const until = levels[index + 1]?.at ?? period.end;
    return total.plus(decimal(value).times(ofInteger(until - at)));
  }, ZERO);
  return sum.div(ofInteger(period.end - period.start));
}
