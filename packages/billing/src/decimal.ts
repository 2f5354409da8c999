import Big from 'big.js';

/**
 * The one decimal type of the project: an isolated big.js constructor in strict mode, so a JS number
 * can never slip into money or usage. The global Big stays untouched.
 */
export const Decimal = Big();
Decimal.strict = true;
/** Digits kept when dividing (weighted sums, percentages of limits); half-up. */
Decimal.DP = 20;
Decimal.RM = 1;
/** Never print exponents: every decimal of ours is a plain decimal string. */
Decimal.NE = -1_000_000;
Decimal.PE = 1_000_000;

export type Decimal = Big;

/** The decimal string of the event contract: no exponent, blank or separator. */
export const DECIMAL_PATTERN = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** Longer texts are refused: arithmetic on them would let one event hold a core. */
export const DECIMAL_LENGTH_MAX = 60;

export const ZERO: Decimal = new Decimal('0');
export const ONE: Decimal = new Decimal('1');
export const HUNDRED: Decimal = new Decimal('100');
export const HUNDREDTH: Decimal = new Decimal('0.01');

/** null when the text is no decimal string. */
export function parseDecimal(text: string): Decimal | null {
  return text.length > DECIMAL_LENGTH_MAX || !DECIMAL_PATTERN.test(text) ? null : ofPattern(text);
}

/** big.js wants a digit on both sides of the point, and no plus. */
function ofPattern(text: string): Decimal {
  if (PLAIN.test(text)) return new Decimal(text);
  const negative = text.startsWith('-');
  const digits = text.replace(/^[+-]/, '').replace(/\.$/, '').replace(/^\./, '0.');
  return new Decimal(negative ? `-${digits}` : digits);
}

/** What sums and most events look like. */
const PLAIN = /^-?\d+(\.\d+)?$/;

/**
 * For text that passed the contract already, and for sums of such texts, which may grow longer than one.
 * Throws RangeError on anything else.
 */
export function decimal(text: string): Decimal {
  if (!DECIMAL_PATTERN.test(text)) {
    throw new RangeError(`not a decimal string: ${JSON.stringify(text)}`);
  }
  return ofPattern(text);
}

export const ofInteger = (value: number): Decimal => decimal(String(value));

/** Canonical text: `5`, not `5.0`; zero is never negative. */
export function canonical(value: Decimal): string {
  return value.eq(ZERO) ? '0' : value.toFixed();
}

/** Canonical text of a whole number, as most usage has it: JavaScript adds and compares two of them exactly. */
export const isWhole = (text: string): boolean => WHOLE.test(text);

const WHOLE = /^(?:0|-?[1-9]\d{0,14})$/;

export const maxOf = (a: Decimal, b: Decimal): Decimal => (a.gt(b) ? a : b);
export const minOf = (a: Decimal, b: Decimal): Decimal => (a.lt(b) ? a : b);
