import { type Period } from '../calendar/periods.ts';
import { type Decimal, decimal, ofInteger, ZERO } from '../decimal.ts';
import { type SingleEvent } from './usage.ts';

/**
 * Σ value × the time it held / the period's length. A point holds until the next one, the last until
 * the period's end; the carried one from its start. Divides once, to 20 decimals, half-up.
 */
export function weightedPoints(
  points: readonly SingleEvent[],
  carried: SingleEvent | null,
  period: Period,
): Decimal {
  const levels = carried === null ? points : [{ ...carried, at: period.start }, ...points];
  const sum = levels.reduce((total, { at, value }, index) => {
    const until = levels[index + 1]?.at ?? period.end;
    return total.plus(heldFor(decimal(value), until - at));
  }, ZERO);
  return average(sum, period);
}

/**
 * The same of a level that changes: each change counts for the rest of the period, the level it starts
 * from for all of it.
 */
export function weightedChanges(
  changes: readonly SingleEvent[],
  level: Decimal,
  period: Period,
): Decimal {
  const sum = changes.reduce(
    (total, { at, value }) => total.plus(heldFor(decimal(value), period.end - at)),
    heldFor(level, period.end - period.start),
  );
  return average(sum, period);
}

const heldFor = (level: Decimal, micros: number): Decimal => level.times(ofInteger(micros));

const average = (sum: Decimal, { start, end }: Period): Decimal => sum.div(ofInteger(end - start));
