import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cents, decimal, fitsCents, nearestCents, wholeCents } from '../src/index.ts';
import { CASES } from './cycles.ts';

const MAX = Number.MAX_SAFE_INTEGER;

describe('cents', () => {
  it.each([0.5, Number.NaN, Infinity, MAX + 1, -MAX - 1])('refuse %d', (value) => {
    expect(() => cents(value)).toThrow(RangeError);
  });

  it('hold every exact amount of their range as it is, and of no other the nearest', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 55n), max: 2n ** 55n }), (exact) => {
        const shown = BigInt(nearestCents(exact));
        const fits = -BigInt(MAX) <= exact && exact <= BigInt(MAX);
        expect(fitsCents(exact)).toBe(fits);
        expect(shown).toBe(fits ? exact : BigInt(exact < 0n ? -MAX : MAX));
      }),
      CASES,
    );
  });

  it.each([
    [BigInt(MAX), MAX],
    [BigInt(MAX) + 1n, MAX],
    [-BigInt(MAX), -MAX],
    [-BigInt(MAX) - 1n, -MAX],
    [10n ** 60n, MAX],
  ])('show %d as %d', (exact, shown) => {
    expect(nearestCents(exact)).toBe(shown);
  });
});

describe('dropping the fraction', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['1.999999', 1n],
    ['-1.999999', -1n],
    ['-0.5', 0n],
    ['9007199254740993.99', 9_007_199_254_740_993n],
    ['1'.repeat(60), BigInt('1'.repeat(60))],
  ])('of %s gives %d', (amount, expected) => {
    expect(wholeCents(decimal(amount))).toBe(expected);
  });
});
