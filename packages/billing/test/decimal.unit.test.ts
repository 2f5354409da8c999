import { describe, expect, it } from '@jest/globals';
import Big from 'big.js';
import * as fc from 'fast-check';
import {
  canonical,
  decimal,
  Decimal,
  DECIMAL_LENGTH_MAX,
  maxOf,
  minOf,
  ofInteger,
  parseDecimal,
} from '../src/index.ts';
import { CASES } from './cycles.ts';
import { arbitraryDecimal, fractionOf, same, times, plus } from './fraction.ts';

describe('decimals', () => {
  it.each([
    ['5', '5'],
    ['5.', '5'],
    ['5.0', '5'],
    ['.5', '0.5'],
    ['-.5', '-0.5'],
    ['+5', '5'],
    ['+.50', '0.5'],
    ['-0', '0'],
    ['-0.00', '0'],
    ['007', '7'],
    [`0.${'0'.repeat(DECIMAL_LENGTH_MAX - 3)}1`, `0.${'0'.repeat(DECIMAL_LENGTH_MAX - 3)}1`],
    ['9'.repeat(DECIMAL_LENGTH_MAX), '9'.repeat(DECIMAL_LENGTH_MAX)],
  ])('%s reads as %s', (text, expected) => {
    expect(canonical(decimal(text))).toBe(expected);
  });

  it.each([
    '',
    '.',
    '-',
    '+.',
    '1e3',
    '1E-3',
    ' 1',
    '1 ',
    '1\n',
    '1,000',
    '1_000',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1.2.3',
    '٣',
  ])('%j is none', (text) => {
    expect(parseDecimal(text)).toBeNull();
    expect(() => decimal(text)).toThrow(RangeError);
  });

  it('longer than an event may write are refused, and still read where sums have grown so long', () => {
    const long = '9'.repeat(DECIMAL_LENGTH_MAX + 1);
    expect(parseDecimal(long)).toBeNull();
    expect(canonical(decimal(long))).toBe(long);
  });

  it('refuse JS numbers, which would bring rounding in', () => {
    const number = 0.1 as unknown as string;
    expect(() => decimal('1').plus(number)).toThrow(TypeError);
    expect(() => new Decimal(number)).toThrow(TypeError);
  });

  it('leave the shared constructor of big.js as it was', () => {
    expect(Big.strict).toBe(false);
    expect(new Big(0.1).plus(0.2).toString()).toBe('0.3');
  });

  it('add and multiply exactly, and print without an exponent', () => {
    fc.assert(
      fc.property(arbitraryDecimal, arbitraryDecimal, (a, b) => {
        const sum = canonical(decimal(a).plus(decimal(b)));
        const product = canonical(decimal(a).times(decimal(b)));
        expect(same(fractionOf(sum), plus(fractionOf(a), fractionOf(b)))).toBe(true);
        expect(same(fractionOf(product), times(fractionOf(a), fractionOf(b)))).toBe(true);
      }),
      CASES,
    );
  });

  it('order as numbers do', () => {
    expect(canonical(maxOf(decimal('9'), decimal('10')))).toBe('10');
    expect(canonical(minOf(decimal('-9'), decimal('-10')))).toBe('-10');
    expect(canonical(ofInteger(-3))).toBe('-3');
  });

  it('keep 20 decimals of a quotient, half up', () => {
    expect(canonical(decimal('2').div(decimal('3')))).toBe('0.66666666666666666667');
    expect(canonical(decimal('-2').div(decimal('3')))).toBe('-0.66666666666666666667');
  });
});
