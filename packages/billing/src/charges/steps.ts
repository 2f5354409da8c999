import { type Decimal, HUNDREDTH, ofInteger, ZERO } from '../decimal.ts';

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
  /** units × rate / 100, in the range of that index where the model has ranges. */
  | {
      readonly kind: 'rate';
      readonly range: number | null;
      readonly units: Decimal;
      readonly rate: Decimal;
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
  /** What free allowances take off, and how many events they cover wholly. Costs 0. */
  | {
      readonly kind: 'free';
      readonly units: Decimal;
      readonly events: number;
      readonly amount: Decimal;
    }
  /** events × fixed_amount. */
  | {
      readonly kind: 'fixed';
      readonly events: number;
      readonly fixed_amount: Decimal;
      readonly amount: Decimal;
    }
  /** What events that carry their own price come to together. */
  | { readonly kind: 'priced_events'; readonly events: number; readonly amount: Decimal }
  /** An amount that is due whatever was used. */
  | { readonly kind: 'custom'; readonly amount: Decimal }
  /** What lifts so many events to their minimum, or lowers them to their maximum (negative). */
  | {
      readonly kind: 'per_transaction_min' | 'per_transaction_max';
      readonly events: number;
      readonly amount: Decimal;
    }
  /** What lifts the amount to min_price or to 0, or lowers it to max_price (negative). */
  | { readonly kind: 'min_price' | 'max_price' | 'not_below_zero'; readonly amount: Decimal };

export interface Priced {
  readonly kind: 'priced';
  readonly amount: Decimal;
  readonly steps: readonly PriceStep[];
}

export const priced = (steps: readonly PriceStep[]): Priced => ({
  kind: 'priced',
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

export const rateStep = (units: Decimal, rate: Decimal, range: number | null): PriceStep => ({
  kind: 'rate',
  range,
  units,
  rate,
  amount: percentOf(units, rate),
});

export const fixedStep = (events: number, fixedAmount: Decimal): PriceStep => ({
  kind: 'fixed',
  events,
  fixed_amount: fixedAmount,
  amount: fixedAmount.times(ofInteger(events)),
});

/** A product, because a quotient may be rounded. */
export const percentOf = (units: Decimal, rate: Decimal): Decimal =>
  units.times(rate).times(HUNDREDTH);
