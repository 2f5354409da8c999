import { cents, type Cents } from '@portal/billing';
import { isLosslessNumber } from 'lossless-json';
import { pathOfKey } from './field-path.ts';
import { tooMany } from './limits.ts';
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

/** Bytes or halves of a surrogate pair that stand for no character: replaced, two ids could become one. */
export const NOT_UNICODE =
  'must be Unicode text: it holds bytes or halves of characters that are none';

export const text: Read<string> = (raw) => {
  if (typeof raw !== 'string') throw new ContractError('must be a text');
  if (!raw.isWellFormed()) throw new ContractError(NOT_UNICODE);
  return raw;
};

export const flag: Read<boolean> = (raw) => {
  if (typeof raw !== 'boolean') throw new ContractError('must be true or false');
  return raw;
};

const WHOLE = /^[+-]?\d+$/;
/** More digits than any number that fits, leading zeros included. */
const DIGITS_MAX = 40;

/** A whole number: a number, or in JSON its digits as a text. */
export const long: Read<number> = (raw) => {
  const value = typeof raw === 'number' ? raw : wholeNumber(raw);
  if (!Number.isInteger(value)) throw new ContractError('must be a whole number');
  if (!fitsLong(value)) throw new ContractError(MUST_FIT_LONG);
  return value;
};

function wholeNumber(raw: unknown): number {
  const digits = isLosslessNumber(raw) ? raw.value : raw;
  if (typeof digits !== 'string' || digits.length > DIGITS_MAX || !WHOLE.test(digits))
    return Number.NaN;
  // Adding zero turns -0, which no other form of the event can say, into 0.
  return Number(digits) + 0;
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

export const object: Read<Fields> = (raw) => {
  if (isFields(raw)) return raw;
  throw new ContractError('must be an object');
};

export const listOf =
  <T>(read: Read<T>, max: number): Read<readonly T[]> =>
  (raw) => {
    if (!Array.isArray(raw)) throw new ContractError('must be a list');
    if (raw.length > max) throw new ContractError(tooMany(max));
    return raw.map((item, index) => at(`[${index}]`, item, read));
  };

/**
 * A map by free names. `__proto__` is left out: the library that writes Avro cannot write it, so no form may
 * keep it.
 */
export const mapOf =
  <T>(
    key: Read<string>,
    read: Read<T>,
    max = Number.POSITIVE_INFINITY,
  ): Read<Readonly<Record<string, T>>> =>
  (raw) => {
    const fields = object(raw);
    const names = Object.keys(fields);
    if (names.length > max) throw new ContractError(tooMany(max));
    const map: Record<string, T> = {};
    for (const name of names) {
      if (name === '__proto__') continue;
      try {
        map[key(name)] = read(fields[name]);
      } catch (error) {
        throw error instanceof ContractError ? error.within(pathOfKey(name)) : error;
      }
    }
    return map;
  };

export const isFields = (raw: unknown): raw is Fields =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !isLosslessNumber(raw);
