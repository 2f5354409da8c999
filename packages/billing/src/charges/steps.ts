import { type Decimal, ZERO } from '../decimal.ts';

/** One term of an amount, in minor units. The steps of a price add up exactly to its amount. */
export type PriceStep =
  /** units × unit_price, in the range of that index where the model has ranges. */
  | {
      readonly kind: 'units';
      readonly range: number | null;
      readonly units: Decimal;
      readonly unit_price: Decimal;
      readonly amount: Decimal;
    }
  | { readonly kind: 'flat'; readonly range: number; readonly amount: Decimal }
  /** Every package begun × package_price. */
  | {
      readonly kind: 'packages';
      readonly packages: Decimal;
      readonly package_price: Decimal;
      readonly amount: Decimal;
    }
  /** What lifts the amount to min_price, or lowers it to max_price (negative). */
  | { readonly kind: 'min_price' | 'max_price'; readonly amount: Decimal };

export interface Priced {
  readonly amount: Decimal;
  readonly steps: readonly PriceStep[];
}

export const priced = (steps: readonly PriceStep[]): Priced => ({
  amount: steps.reduce((sum, step) => sum.plus(step.amount), ZERO),
  steps,
});

export const unitsStep = (units: Decimal, unitPrice: Decimal, range: number | null): PriceStep => ({
  kind: 'units',
  range,
  units,
  unit_price: unitPrice,
  amount: units.times(unitPrice),
});
