import {
  cents,
  DECIMAL_LENGTH_MAX,
  DECIMAL_PATTERN,
  formatDate,
  isZone,
  parseDate,
  parseIso,
  toIso,
  type Cents,
  type LocalDate,
  type Micros,
} from '@portal/billing';
import { FIRST_INSTANT, isInRange, LAST_INSTANT, parseUuid } from '@portal/projection';
import { isLosslessNumber } from 'lossless-json';
import { isKnownCurrency } from './currencies.ts';
import { fitsLong, LONG_MAX, MUST_FIT_LONG } from './long.ts';

/**
 * Turns one raw value into a checked one, or throws ContractError. Raw values come from Avro (numbers,
 * microseconds, days, JSON texts) or from lossless JSON (LosslessNumber, ISO texts, objects); a plain JS
 * number is always Avro's, so no flag has to say where a value came from.
 */
export type Read<T> = (raw: unknown) => T;

/** An object of the event, its field names not checked yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Thrown inside the check only. The path grows from the inside out, so a good event never pays for it. */
export class ContractError extends Error {
  path = '';

  within(name: string): this {
    const dot = this.path === '' || this.path.startsWith('[') ? '' : '.';
    this.path = `${name}${dot}${this.path}`;
    return this;
  }
}

export function required<T>(fields: Fields, name: string, read: Read<T>): T {
  const raw = fields[name];
  if (raw === undefined || raw === null) throw new ContractError('is required').within(name);
  return at(name, raw, read);
}

export function optional<T>(fields: Fields, name: string, read: Read<T>): T | null {
  const raw = fields[name];
  return raw === undefined || raw === null ? null : at(name, raw, read);
}

export function orElse<T>(fields: Fields, name: string, read: Read<T>, fallback: T): T {
  const raw = fields[name];
  return raw === undefined || raw === null ? fallback : at(name, raw, read);
}

function at<T>(name: string, raw: unknown, read: Read<T>): T {
  try {
    return read(raw);
  } catch (error) {
    throw error instanceof ContractError ? error.within(name) : error;
  }
}

export const text: Read<string> = (raw) => {
  if (typeof raw !== 'string') throw new ContractError('must be a text');
  return raw;
};

/** An identifier or code: a text that names something. */
export const word: Read<string> = (raw) => {
  if (text(raw) === '') throw new ContractError('must not be empty');
  return raw as string;
};

export const uuid: Read<string> = (raw) => {
  const parsed = parseUuid(text(raw));
  if (parsed === null) throw new ContractError('must be a UUID');
  return parsed;
};

/** One word of a closed set; `spellings` maps other accepted spellings to it. */
export const oneOf =
  <T extends string>(words: readonly T[], spellings: Fields = {}): Read<T> =>
  (raw) => {
    const found = words.find(
      (candidate) => candidate === raw || candidate === spellings[text(raw)],
    );
    if (found === undefined) {
      throw new ContractError(`must be one of ${words.join(', ')}, not ${shown(text(raw))}`);
    }
    return found;
  };

export const flag: Read<boolean> = (raw) => {
  if (typeof raw !== 'boolean') throw new ContractError('must be true or false');
  return raw;
};

const WHOLE = /^[+-]?\d+$/;

/** A whole number: a number, or in JSON its digits as a text. */
export const long: Read<number> = (raw) => {
  const value = typeof raw === 'number' ? raw : wholeNumber(raw);
  if (!Number.isInteger(value)) throw new ContractError('must be a whole number');
  if (!fitsLong(value)) throw new ContractError(MUST_FIT_LONG);
  return value;
};

function wholeNumber(raw: unknown): number {
  const digits = isLosslessNumber(raw) ? raw.value : raw;
  // Adding zero turns -0, which no other form of the event can say, into 0.
  return typeof digits === 'string' && WHOLE.test(digits) ? Number(digits) + 0 : Number.NaN;
}

export const amount: Read<Cents> = (raw) => cents(long(raw));

export const longFrom =
  (min: number, max = LONG_MAX): Read<number> =>
  (raw) => {
    const value = long(raw);
    if (value >= min && value <= max) return value;
    throw new ContractError(
      max === LONG_MAX ? `must be ${min} or more` : `must be ${min} to ${max}`,
    );
  };

export const version: Read<number> = longFrom(0);

const yearOf = (at: Micros): string => toIso(at).slice(0, 4);
const MUST_BE_INSTANT =
  `must be an ISO 8601 instant from ${yearOf(FIRST_INSTANT)} to ${yearOf(LAST_INSTANT)}, ` +
  'such as "2026-11-23T10:00:00Z"';

/** No calendar is kept beyond: a date that stands for "never" is told by leaving the field out. */
export const instant: Read<Micros> = (raw) => {
  const at = typeof raw === 'number' ? long(raw) : typeof raw === 'string' ? parseIso(raw) : null;
  if (at !== null && isInRange(at)) return at;
  throw new ContractError(MUST_BE_INSTANT);
};

const FIRST_DAY = parseDate('0001-01-01') ?? 0;
const LAST_DAY = parseDate('9999-12-31') ?? 0;

/** A day of the calendar, as text. */
export const date: Read<string> = (raw) => {
  const day = typeof raw === 'number' ? raw : typeof raw === 'string' ? parseDate(raw) : null;
  if (day === null || !Number.isInteger(day) || day < FIRST_DAY || day > LAST_DAY) {
    throw new ContractError('must be a date such as "2026-11-23"');
  }
  return formatDate(day as LocalDate);
};

export const decimalText: Read<string> = (raw) => {
  if (typeof raw !== 'string' || !DECIMAL_PATTERN.test(raw)) {
    throw new ContractError('must be a decimal string such as "12.5"');
  }
  if (raw.length <= DECIMAL_LENGTH_MAX) return raw;
  throw new ContractError(`must have at most ${DECIMAL_LENGTH_MAX} characters`);
};

export const currency: Read<string> = (raw) => {
  if (isKnownCurrency(text(raw))) return raw as string;
  throw new ContractError(`must be an ISO 4217 currency code, not ${shown(text(raw))}`);
};

export const timezone: Read<string> = (raw) => {
  if (isZone(text(raw))) return raw as string;
  throw new ContractError(`must be an IANA time zone, not ${shown(text(raw))}`);
};

export const object: Read<Fields> = (raw) => {
  if (isFields(raw)) return raw;
  throw new ContractError('must be an object');
};

export const listOf =
  <T>(read: Read<T>): Read<readonly T[]> =>
  (raw) => {
    if (!Array.isArray(raw)) throw new ContractError('must be a list');
    return raw.map((item, index) => at(`[${index}]`, item, read));
  };

/** A map by free names. `__proto__` is left out: the Avro library cannot read it, so no form may keep it. */
export const mapOf =
  <T>(read: Read<T>): Read<Readonly<Record<string, T>>> =>
  (raw) => {
    const fields = object(raw);
    const map: Record<string, T> = {};
    for (const name of Object.keys(fields)) {
      if (name !== '__proto__') map[name] = at(name.slice(0, SHOWN_MAX), fields[name], read);
    }
    return map;
  };

export const isFields = (raw: unknown): raw is Fields =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !isLosslessNumber(raw);

const SHOWN_MAX = 40;

/** Enough of a wrong word to find it, never all of a long one. */
const shown = (value: string): string =>
  JSON.stringify(value.length > SHOWN_MAX ? `${value.slice(0, SHOWN_MAX)}…` : value);
