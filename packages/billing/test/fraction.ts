import * as fc from 'fast-check';

/** The tests' own arithmetic: exact fractions of big integers, slow and obvious. The bottom is positive. */
export interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

export const whole = (value: bigint): Fraction => ({ top: value, bottom: 1n });
export const NOTHING = whole(0n);

export function fractionOf(text: string): Fraction {
  const [integer = '', decimals = ''] = text.replace(/^[+-]/, '').split('.');
  const top = BigInt(`0${integer}${decimals}`);
  return { top: text.startsWith('-') ? -top : top, bottom: 10n ** BigInt(decimals.length) };
}

export const plus = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.bottom + b.top * a.bottom,
  bottom: a.bottom * b.bottom,
});
export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { ...b, top: -b.top });
export const times = (a: Fraction, b: Fraction): Fraction => ({
  top: a.top * b.top,
  bottom: a.bottom * b.bottom,
});
export const less = (a: Fraction, b: Fraction): boolean => a.top * b.bottom < b.top * a.bottom;
export const same = (a: Fraction, b: Fraction): boolean => a.top * b.bottom === b.top * a.bottom;
export const larger = (a: Fraction, b: Fraction): Fraction => (less(a, b) ? b : a);
export const smaller = (a: Fraction, b: Fraction): Fraction => (less(a, b) ? a : b);
export const total = (values: readonly Fraction[]): Fraction => values.reduce(plus, NOTHING);

/** Largest integer not above the fraction. */
export function floor({ top, bottom }: Fraction): bigint {
  const quotient = top / bottom;
  return top % bottom < 0n ? quotient - 1n : quotient;
}
export const ceil = ({ top, bottom }: Fraction): bigint => -floor({ top: -top, bottom });

/** The place after the point counted by `precision`; half goes away from zero. */
export function rounded(
  value: Fraction,
  by: 'round' | 'ceil' | 'floor',
  precision: number,
): Fraction {
  const scale = whole(10n ** BigInt(precision));
  const scaled = times(value, scale);
  const half = { top: 1n, bottom: 2n };
  const up = { ceil: ceil(scaled), floor: floor(scaled) };
  const nearest = scaled.top < 0n ? ceil(minus(scaled, half)) : floor(plus(scaled, half));
  return { top: by === 'round' ? nearest : up[by], bottom: scale.top };
}

/** Decimal strings as the event contract allows them, many of them small, some huge or tiny. */
export const arbitraryDecimal: fc.Arbitrary<string> = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.tuple(fc.integer({ min: 0, max: 5_000 }), fc.nat(999)).map(([a, b]) => `${a}.${b}`),
  fc.stringMatching(/^-?\d{1,25}(\.\d{1,25})?$/),
);

export const arbitraryPrice: fc.Arbitrary<string> = arbitraryDecimal.map((text) =>
  text.replace('-', ''),
);
