import { type Decimal } from './decimal.ts';

/** Whole minor units of one currency. Always a safe integer; see docs/decisions/0002. */
export type Cents = number & { readonly __brand: 'Cents' };

export const NO_CENTS = 0 as Cents;

export function cents(value: number): Cents {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole amount: ${value}`);
  return value as Cents;
}

/** Exact, or a RangeError when the sum leaves the safe integers: an amount is never rounded silently. */
export function addCents(...amounts: readonly Cents[]): Cents {
  return cents(Number(amounts.reduce((sum, amount) => sum + BigInt(amount), 0n)));
}

export const subtractCents = (from: Cents, amount: Cents): Cents =>
  cents(Number(BigInt(from) - BigInt(amount)));

/** Drops the fraction toward zero, once, at the end of an exact sum. null when it does not fit. */
export function truncateToCents(amount: Decimal): Cents | null {
  const value = Number(amount.round(0, 0).toFixed());
  return Number.isSafeInteger(value) ? (value as Cents) : null;
}
