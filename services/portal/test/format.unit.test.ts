import { describe, expect, it } from '@jest/globals';
import {
  daysText,
  decimalText,
  exactMoney,
  money,
  percentText,
  periodText,
  plainDateText,
  rateText,
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

  it.each([
    ['3269.016', 'EUR', 'en-US', '€32.69016'],
    ['0.012', 'EUR', 'fr-FR', '0,00012 €'],
    ['500', 'USD', 'en-US', '$5.00'],
    ['0', 'USD', 'en-US', '$0.00'],
    ['-0.5', 'USD', 'en-US', '-$0.005'],
    ['1800', 'JPY', 'en-US', '¥1,800'],
    ['0.25', 'JPY', 'en-US', '¥0.25'],
    ['8.5', 'KWD', 'en-US', 'KWD 0.0085'],
    ['30792', 'BHD', 'en-US', 'BHD 30.792'],
    ['9007199254740993.5', 'USD', 'en-US', '$90,071,992,547,409.935'],
  ])('of exact minor units keeps every digit: %s %s in %s is %s', (amount, code, locale, text) => {
    expect(plain(exactMoney(amount, code, locale))).toBe(text);
  });

  it('says so where a quotient has more digits than anybody reads', () => {
    expect(plain(exactMoney('133.33333333333333333333', 'USD', 'en-US'))).toBe('≈ $1.3333');
    expect(plain(exactMoney('66.66666666666666666667', 'JPY', 'en-US'))).toBe('≈ ¥66.6666');
  });
});

describe('numbers and dates', () => {
  it('writes decimals with the locale’s separators and all their digits', () => {
    expect(decimalText('1280000', 'en-US')).toBe('1,280,000');
    expect(plain(decimalText('5420.5', 'fr-FR'))).toBe('5 420,5');
    expect(decimalText('123456789012345678.123456789', 'en-US')).toBe(
      '123,456,789,012,345,678.123456789',
    );
    expect(plain(decimalText('0.00066666666666666666', 'en-US'))).toBe('≈ 0.0006666');
  });

  it('writes percentages with at most one decimal', () => {
    expect(percentText(74.4836, 'en-US')).toBe('74.5%');
    expect(percentText(100, 'en-US')).toBe('100%');
    expect(percentText('124.6667', 'en-US')).toBe('124.7%');
  });

  it('writes a rate with all its digits, for somebody pays by it', () => {
    expect(rateText('1.425', 'en-US')).toBe('1.425%');
    expect(plain(rateText('0.05', 'fr-FR'))).toBe('0,05 %');
  });

  it('names the last day a period holds, not the first of the next, where the customer is', () => {
    const period = { start: '2026-10-31T15:00:00Z', end: '2026-11-30T15:00:00Z' };
    const text = (timezone: string) =>
      periodText(period, { locale: 'en-GB', timezone }).replace(/\s/g, ' ');
    expect(text('Asia/Tokyo')).toBe('1 – 30 Nov 2026');
    expect(text('UTC')).toBe('31 Oct – 30 Nov 2026');
  });

  it('shows a period cut down to nothing as its day', () => {
    const instant = '2026-11-30T15:00:00Z';
    const place = { locale: 'en-GB', timezone: 'UTC' };
    expect(periodText({ start: instant, end: instant }, place)).toBe('30 Nov 2026');
  });

  it('shows a date without time as that day, wherever it is read', () => {
    expect(plainDateText('2026-11-19', 'en-GB')).toBe('19 November 2026');
  });

  it.each([
    [0, 'en', 'today'],
    [1, 'en', 'tomorrow'],
    [12, 'en', 'in 12 days'],
    [-3, 'en', '3 days ago'],
    [2, 'de', 'übermorgen'],
    [12, 'ja', '12 日後'],
    [1, 'pt-BR', 'amanhã'],
  ])('%d days in %s is %s', (days, locale, expected) => {
    expect(daysText(days, locale)).toBe(expected);
  });
});
