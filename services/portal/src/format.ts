/** What every text on the page is made for: the customer's language and place. */
export interface Place {
  readonly locale: string;
  readonly timezone: string;
}

/**
 * Minor units as money of that currency: `149 900` JPY is ¥149,900, `45 500` KWD is KWD 45.500. The
 * decimal string is built from the integer and handed to Intl as text, so no digit passes a float.
 */
export function money(cents: number | bigint, currency: string, locale: string): string {
  const format = currencyFormat(currency, locale);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  const minor = BigInt(cents);
  const text = String(minor < 0n ? -minor : minor).padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return format.format(`${minor < 0n ? '-' : ''}${whole}${fraction}` as Intl.StringNumericLiteral);
}

/** Minor units with decimals (`1234.5`), the fraction dropped as bills do. */
export const moneyOfDecimal = (amount: string, currency: string, locale: string): string =>
  money(BigInt(amount.split('.')[0] ?? '0'), currency, locale);

/** A decimal string with the locale's separators, every digit kept. */
export const decimalText = (value: string, locale: string): string =>
  new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(
    value as Intl.StringNumericLiteral,
  );

/** `82.5` → `82.5%` in the locale's way. */
export const percentText = (percentage: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'percent',
    maximumFractionDigits: 1,
  }).format(percentage);

/** The calendar day of an instant, `28 November 2026`, in the given zone. */
export const dateText = (instant: string | number, { locale, timezone }: Place): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: timezone }).format(
    new Date(instant),
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

/** `today`, `tomorrow`, `in 12 days`, `3 days ago`: the page's own language. */
export const daysText = (days: number): string =>
  new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(days, 'day');

/** True when decimal string `a` is above `b`; exact at any length. */
export function isAbove(a: string, b: string): boolean {
  const places = Math.max(...[a, b].map((text) => (text.split('.')[1] ?? '').length));
  return scaled(a, places) > scaled(b, places);
}

function scaled(text: string, places: number): bigint {
  const [whole = '', fraction = ''] = text.replace(/^\+/, '').split('.');
  return BigInt(
    `${whole === '' || whole === '-' ? `${whole}0` : whole}${fraction.padEnd(places, '0')}`,
  );
}

function currencyFormat(currency: string, locale: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency });
}
