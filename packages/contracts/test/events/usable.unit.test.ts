import { describe, expect, it } from '@jest/globals';
import { type Decoded } from '@portal/contracts';
import { decode, valueOf } from './values.ts';

/** What the contract takes, the page hands to Intl: nothing that passes may make it throw. */
const isTaken = (field: string, value: string): boolean => {
  const decoded: Decoded = decode(
    'customers',
    valueOf('customers', { [`customer.${field}`]: value }),
  );
  return decoded.kind === 'event';
};

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const CURRENCIES = LETTERS.flatMap((a) => LETTERS.flatMap((b) => LETTERS.map((c) => a + b + c)));

describe('what the contract takes is usable in the page', () => {
  it('every currency', () => {
    const taken = CURRENCIES.filter((code) => isTaken('currency', code));
    expect(taken.length).toBeGreaterThan(150);
    for (const currency of taken) {
      expect(() =>
        new Intl.NumberFormat('en', { style: 'currency', currency }).format(1),
      ).not.toThrow();
    }
  });

  it.each([
    ...Intl.supportedValuesOf('timeZone'),
    ...['UTC', 'GMT', 'Etc/GMT+5', 'US/Eastern', 'EST5EDT', 'Asia/Calcutta', 'europe/paris'],
    ...[
      'Etc/Unknown',
      'PST',
      'EST',
      'CET',
      'Zulu',
      'Factory',
      'localtime',
      'posixrules',
      'a',
      'Europe',
    ],
  ])('every zone: %s', (timeZone) => {
    if (!isTaken('timezone', timeZone)) return;
    expect(() => new Intl.DateTimeFormat('en', { timeZone }).format(0)).not.toThrow();
  });

  it.each([
    ...[
      'en',
      'en-US',
      'zh-Hant-TW',
      'de-CH-1996',
      'ar-u-nu-latn',
      'EN-us',
      'i-klingon',
      'sr-Latn-RS',
    ],
    ...[
      'x-private',
      'C',
      'POSIX',
      '',
      'en_US',
      'en-',
      '-en',
      'e',
      'en US',
      'en-US-u-zz',
      'root',
      'und',
    ],
    ...['en-u-tz-uslax', 'abcdefghi', '*', 'en;q=0.5', 'en-US.UTF-8', 'de@euro', 'a-DE', 'en-a-b'],
  ])('every language: %j', (locale) => {
    if (!isTaken('portal_locale', locale)) return;
    expect(() => new Intl.NumberFormat(locale).format(1)).not.toThrow();
    expect(() => new Intl.DateTimeFormat(locale).format(0)).not.toThrow();
    expect(() => new Intl.PluralRules(locale).select(1)).not.toThrow();
  });
});
