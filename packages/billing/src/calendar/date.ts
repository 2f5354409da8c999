import { MICROS_PER_DAY, MICROS_PER_MILLI } from '../micros.ts';

/** A day of the Gregorian calendar in no zone at all: whole days since 1970-01-01. */
export type LocalDate = number & { readonly __brand: 'LocalDate' };

const MILLIS_PER_DAY = MICROS_PER_DAY / MICROS_PER_MILLI;

/** `2026-11-23` */
export const formatDate = (date: LocalDate): string => utc(date).toISOString().slice(0, 10);

/** Reads `2026-11-23`; null for anything else, impossible dates included. */
export function parseDate(text: string): LocalDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const millis = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(millis)) return null;
  const date = (millis / MILLIS_PER_DAY) as LocalDate;
  return formatDate(date) === text ? date : null;
}

export const addDays = (date: LocalDate, days: number): LocalDate => (date + days) as LocalDate;

/** Months since January 1970. */
export const monthOf = (date: LocalDate): number =>
  (utc(date).getUTCFullYear() - 1970) * 12 + utc(date).getUTCMonth();

/** 1 to 31. */
export const dayOfMonth = (date: LocalDate): number => utc(date).getUTCDate();

/** The last day of a month counted as in `monthOf`. */
export const lastDayOf = (month: number): LocalDate =>
  (Date.UTC(1970, month + 1, 0) / MILLIS_PER_DAY) as LocalDate;

/** That day of the month, or the month's last day when it is shorter. */
export function clampedDate(month: number, day: number): LocalDate {
  const last = lastDayOf(month);
  return addDays(last, Math.min(day - dayOfMonth(last), 0));
}

const utc = (date: LocalDate): Date => new Date(date * MILLIS_PER_DAY);
