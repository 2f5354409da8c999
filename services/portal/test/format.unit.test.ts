import { describe, expect, it } from '@jest/globals';
import {
  daysText,
  decimalText,
  isAbove,
  money,
  moneyOfDecimal,
  percentText,
  plainDateText,
} from '../src/format.ts';

/** Intl separates with spaces that do not break; which one is not what is tested here. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('money', () => {
  it.each([
    [14_900, 'EUR', 'fr-FR', '149,00 €'],
    [14_900, 'EUR', 'en-US', '€149.00'],
    [148_000, 'JPY', 'en-US', '¥148,000'],
    [45_500, 'KWD', 'en-US', 'KWD 45.500'],
    [1_190_000, 'CLP', 'es-CL', '$1.190.000'],
    [1_499_900, 'INR', 'en-IN', '₹14,999.00'],
    [5, 'USD', 'en-US', '$0.05'],
    [0, 'USD', 'en-US', '$0.00'],
    [-5, 'USD', 'en-US', '-$0.05'],
    [-123_456, 'GBP', 'en-GB', '-£1,234.56'],
  ])('%d %s in %s is %s', (cents, currency, locale, expected) => {
    expect(plain(money(cents, currency, locale))).toBe(expected);
  });

  it('keeps every digit of the largest amounts, where a float would not', () => {
    expect(money(Number.MAX_SAFE_INTEGER, 'USD', 'en-US')).toBe('$90,071,992,547,409.91');
    expect(money(-Number.MAX_SAFE_INTEGER, 'KWD', 'en-US').replace(/\u00a0/, ' ')).toBe(
      '-KWD 9,007,199,254,740.991',
    );
  });

  it('drops the fraction of exact minor units', () => {
    expect(moneyOfDecimal('3269.999', 'USD', 'en-US')).toBe('$32.69');
    expect(moneyOfDecimal('0.4', 'USD', 'en-US')).toBe('$0.00');
  });
});

describe('numbers and dates', () => {
  it('writes decimals with the locale’s separators and all their digits', () => {
    expect(decimalText('1280000', 'en-US')).toBe('1,280,000');
    expect(plain(decimalText('5420.5', 'fr-FR'))).toBe('5 420,5');
    expect(decimalText('123456789012345678.123456789', 'en-US')).toBe(
      '123,456,789,012,345,678.123456789',
    );
  });

  it('writes percentages with at most one decimal', () => {
    expect(percentText(74.4836, 'en-US')).toBe('74.5%');
    expect(percentText(100, 'en-US')).toBe('100%');
  });

  it('shows a date without time as that day, wherever it is read', () => {
    expect(plainDateText('2026-11-19', 'en-GB')).toBe('19 November 2026');
  });

  it.each([
    [0, 'today'],
    [1, 'tomorrow'],
    [12, 'in 12 days'],
    [-3, '3 days ago'],
  ])('%d days is %s', (days, expected) => {
    expect(daysText(days)).toBe(expected);
  });
});

describe('isAbove', () => {
  it.each([
    ['187', '150', true],
    ['150', '150', false],
    ['150.0', '150', false],
    ['150.00000000000000000001', '150', true],
    ['.5', '0.25', true],
    ['-1', '0', false],
    ['9', '10', false],
    ['10000000000000000000001', '10000000000000000000000', true],
  ])('%s above %s: %s', (a, b, expected) => {
    expect(isAbove(a, b)).toBe(expected);
  });
});
