/** How numbers and dates are written, and where days begin. */
interface Place {
  readonly locale: string;
  readonly timezone: string;
}

/** Minor units as money of that currency: `149900` JPY is ¥149,900, `45500` KWD is KWD 45.500. */
export const money = (cents: number | bigint, currency: string, locale: string): string =>
  currencyFormat(currency, locale).format(shifted(String(cents), digitsOf(currency)));

/** Minor units with decimals, every digit kept: a price of `0.012` is €0.00012. */
export function exactMoney(amount: string, currency: string, locale: string): string {
  const major = shown(shifted(amount, digitsOf(currency)));
  const format = currencyFormat(currency, locale, MOST_DECIMALS);
  return major.about + format.format(major.value);
}

/** A decimal string with the locale's separators, every digit kept that a quotient does not make up. */
export function decimalText(value: string, locale: string): string {
  const { about, value: text } = shown(value);
  const format = new Intl.NumberFormat(locale, { maximumFractionDigits: MOST_DECIMALS });
  return about + format.format(text);
}

/** What percentages are charged with, `1.425` → `1.425%`: every digit counts. */
export const rateText = (rate: string, locale: string): string =>
  percentFormat(locale, MOST_DECIMALS).format(rate as Intl.StringNumericLiteral);

/** `82.5` → `82.5%` in the locale's way, as text or as a number, one decimal at most. */
export const percentText = (percentage: string | number, locale: string): string =>
  percentFormat(locale, 1).format(percentage as Intl.StringNumericLiteral);

/** The calendar day of an instant, `28 November 2026`, in the given zone. */
export const dateText = (instant: string | number, { locale, timezone }: Place): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: timezone }).format(
    new Date(instant),
  );

/** From the day it begins to the last day it holds, `6 Nov – 5 Dec 2026`, in the given zone. */
export const periodText = (
  { start, end }: { readonly start: string; readonly end: string },
  { locale, timezone }: Place,
): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: timezone }).formatRange(
    Date.parse(start),
    Math.max(Date.parse(start), Date.parse(end) - 1),
  );

/** Day and time of an instant, with the zone said. */
export const instantText = (instant: string | number, { locale, timezone }: Place): string =>
  new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: timezone,
    timeZoneName: 'short',
  }).format(new Date(instant));

/** A date without time, `2026-11-23`: the same day wherever it is read. */
export const plainDateText = (date: string, locale: string): string =>
  dateText(`${date}T00:00:00Z`, { locale, timezone: 'UTC' });

/** `today`, `tomorrow`, `in 12 days`, `3 days ago`. */
export const daysText = (days: number, locale: string): string =>
  new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');

/** `100 days`. */
export const dayCountText = (days: number, locale: string): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'day', unitDisplay: 'long' }).format(days);

/** `next bills, usage and wallet`. */
export const listText = (items: readonly string[], locale: string): string =>
  new Intl.ListFormat(locale, { type: 'conjunction' }).format(items);

/** What Intl can write. */
const MOST_DECIMALS = 20;

/** Prices and sums of them have no more; a quotient has twenty, and nobody reads the last ones. */
const DECIMALS_SHOWN = 10;

/** A quotient is cut to four digits that say something, not rounded, and it is said. */
function shown(value: string): { about: string; value: Intl.StringNumericLiteral } {
  const [whole = '', fraction = ''] = value.split('.');
  if (fraction.length <= DECIMALS_SHOWN) {
    return { about: '', value: value as Intl.StringNumericLiteral };
  }
  const cut = /^0*\d{1,4}/.exec(fraction)?.[0] ?? '';
  return { about: '≈\u00a0', value: `${whole}.${cut}` as Intl.StringNumericLiteral };
}

/** Moves the point of a decimal string to the left. Intl takes the text as it is: no digit passes a float. */
function shifted(value: string, places: number): Intl.StringNumericLiteral {
  const negative = value.startsWith('-');
  const [whole = '', fraction = ''] = (negative ? value.slice(1) : value).split('.');
  const padded = whole.padStart(places + 1, '0');
  const point = padded.length - places;
  const text = `${padded.slice(0, point)}.${padded.slice(point)}${fraction}`;
  return `${negative ? '-' : ''}${text}` as Intl.StringNumericLiteral;
}

const digitsOf = (currency: string): number =>
  currencyFormat(currency, 'en').resolvedOptions().maximumFractionDigits ?? 2;

function currencyFormat(currency: string, locale: string, most?: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    ...(most === undefined ? {} : { maximumFractionDigits: most }),
  });
}

const percentFormat = (locale: string, most: number): Intl.NumberFormat =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'percent', maximumFractionDigits: most });
