import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  addCents,
  cents,
  decimal,
  NO_CENTS,
  subtractCents,
  truncateToCents,
} from '../src/index.ts';
import { CASES } from './cycles.ts';

const MAX = Number.MAX_SAFE_INTEGER;

describe('cents', () => {
  it.each([0.5, Number.NaN, Infinity, MAX + 1, -MAX - 1])('refuse %d', (value) => {
    expect(() => cents(value)).toThrow(RangeError);
  });

  it('add up exactly, through sums that a number could not hold', () => {
    expect(addCents(cents(MAX), cents(MAX), cents(-MAX), cents(-1))).toBe(MAX - 1);
    expect(addCents()).toBe(NO_CENTS);
  });

  it('refuse a sum or a difference beyond the safe integers', () => {
    expect(() => addCents(cents(MAX), cents(1))).toThrow(RangeError);
    expect(() => subtractCents(cents(-MAX), cents(1))).toThrow(RangeError);
  });

  it('are subtracted exactly, or refused', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const exact = BigInt(a) - BigInt(b);
        const fits = exact >= -BigInt(MAX) && exact <= BigInt(MAX);
        if (fits) expect(BigInt(subtractCents(cents(a), cents(b)))).toBe(exact);
        else expect(() => subtractCents(cents(a), cents(b))).toThrow(RangeError);
      }),
      CASES,
    );
  });
});

describe('dropping the fraction', () => {
  it.each([
    ['0', 0],
    ['-0', 0],
    ['1.999999', 1],
    ['-1.999999', -1],
    ['-0.5', 0],
    ['9007199254740991.99', MAX],
    ['-9007199254740991.99', -MAX],
  ])('of %s gives %d', (amount, expected) => {
    expect(truncateToCents(decimal(amount))).toBe(expected);
  });

  it.each(['9007199254740992', '-9007199254740992', '1'.repeat(60)])(
    'gives null where %s does not fit',
    (amount) => {
      expect(truncateToCents(decimal(amount))).toBeNull();
    },
  );
});
