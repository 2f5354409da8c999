import { type Decimal, maxOf, minOf, ZERO } from '../../decimal.ts';
import { type Fields } from '../fields.ts';
import { type Bound, type Range, type RateRange, readRanges, readRateRanges } from '../ranges.ts';
import { type Priced, priced, type PriceStep, rateStep, unitsStep } from '../steps.ts';

/** Every unit at the price of the range it falls in, and a flat amount for each range entered. */
export interface GraduatedPrice {
  readonly model: 'graduated';
  readonly ranges: readonly Range[];
}

/** The same with a percentage of the units in place of a price per unit. */
export interface GraduatedPercentagePrice {
  readonly model: 'graduated_percentage';
  readonly ranges: readonly RateRange[];
}

export const readGraduated = (fields: Fields): GraduatedPrice => ({
  model: 'graduated',
  ranges: readRanges(fields),
});

export const readGraduatedPercentage = (fields: Fields): GraduatedPercentagePrice => ({
  model: 'graduated_percentage',
  ranges: readRateRanges(fields),
});

export const graduatedAmount = (price: GraduatedPrice, units: Decimal): Priced =>
  climb(price.ranges, units, (inside, { per_unit_amount, index }) =>
    unitsStep(inside, per_unit_amount, index),
  );

export const graduatedPercentageAmount = (
  price: GraduatedPercentagePrice,
  units: Decimal,
): Priced => climb(price.ranges, units, (inside, { rate, index }) => rateStep(inside, rate, index));

/**
 * The first range is entered at 0 units already, a later one above the bound before it. Units beyond a
 * closed last range are free, and negative units cost nothing.
 */
function climb<R extends Bound>(
  ranges: readonly R[],
  units: Decimal,
  stepIn: (inside: Decimal, range: R) => PriceStep,
): Priced {
  if (units.lt(ZERO)) return priced([]);
  const steps: PriceStep[] = [];
  let lower = ZERO;
  for (const [position, range] of ranges.entries()) {
    if (position > 0 && units.lte(lower)) break;
    const upper = maxOf(lower, range.up_to === null ? units : minOf(units, range.up_to));
    steps.push(stepIn(upper.minus(lower), range));
    steps.push({ kind: 'flat', range: range.index, amount: range.flat_amount });
    lower = maxOf(lower, range.up_to ?? units);
  }
  return priced(steps);
}
