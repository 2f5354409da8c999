/**
 * The whole numbers that pass every form of an event unchanged. The Avro library works on a number's
 * zigzag form in doubles: positive ones are exact up to 2^53 - 2, negative ones only half as far, and
 * beyond that it flips signs without a word.
 */
export const LONG_MAX = 2 ** 53 - 2;
export const LONG_MIN = -(2 ** 52 - 1);

export const fitsLong = (value: number): boolean => value >= LONG_MIN && value <= LONG_MAX;

export const MUST_FIT_LONG = `must lie between ${LONG_MIN} and ${LONG_MAX}`;
