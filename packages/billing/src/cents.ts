import { type Decimal } from './decimal.ts';

/**
 * Whole minor units of one currency, as events and answers carry them: always a safe integer. Sums are
 * bigints, which have no end; only what is shown has to fit again. See docs/decisions/0002 and 0008.
 */
export type Cents = number & { readonly __brand: 'Cents' };

export const NO_CENTS = 0 as Cents;

export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole amount: ${value}`);
  return value as Cents;
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

export const fitsCents = (exact: bigint): boolean => exact >= -LARGEST && exact <= LARGEST;

/** The amount itself, or where it does not fit the end of the range that lies nearest to it. */
export function nearestCents(exact: bigint): Cents {
  if (fitsCents(exact)) return Number(exact) as Cents;
  return cents(Number(exact < 0n ? -LARGEST : LARGEST));
}

/** Drops the fraction toward zero, once, at the end of an exact sum. */
export const wholeCents = (amount: Decimal): bigint => BigInt(amount.round(0, 0).toFixed());
