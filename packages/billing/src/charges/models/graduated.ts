import { type Decimal, maxOf, minOf, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Range, readRanges } from '../ranges.ts';
import { type Priced, priced, type PriceStep, unitsStep } from '../steps.ts';

/** Every unit at the price of the range it falls in, and a flat amount for each range entered. */
export interface GraduatedPrice {
  readonly model: 'graduated';
  readonly ranges: readonly Range[];
}

export const readGraduated = (fields: Fields): GraduatedPrice => ({
  model: 'graduated',
  ranges: readRanges(fields),
});

/**
 * The first range is entered at 0 units already, a later one above the bound before it. Units beyond a
 * closed last range are free, and negative units cost nothing.
 */
export function graduatedAmount(price: GraduatedPrice, units: Decimal): Priced {
  if (units.lt(ZERO)) return priced([]);
  const steps: PriceStep[] = [];
  let lower = ZERO;
  for (const [position, range] of price.ranges.entries()) {
    if (position > 0 && units.lte(lower)) break;
    const upper = maxOf(lower, range.up_to === null ? units : minOf(units, range.up_to));
    steps.push(unitsStep(upper.minus(lower), range.per_unit_amount, range.index));
    steps.push({ kind: 'flat', range: range.index, amount: range.flat_amount });
    lower = maxOf(lower, range.up_to ?? units);
  }
  return priced(steps);
}
