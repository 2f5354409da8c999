import { type Cents, type Micros } from '@portal/billing';
import { type Dict, fromEntries } from '../dict.ts';

/**
 * How a value is written as JSON. What is written follows from the value alone: never from the order in which its
 * object was made. `decode` throws a TypeError that names the place when something else lies there.
 */
export interface Codec<T> {
  readonly encode: (value: T) => unknown;
  readonly decode: (stored: unknown) => T;
  /** The value that says nothing, where there is one: at the end of a row it is left away. */
  readonly nothing?: { readonly value: T; readonly is: (value: T) => boolean };
}

/** The same as text: what a store keeps. */
export interface TextCodec<T> {
  readonly encode: (value: T) => string;
  readonly decode: (text: string) => T;
}

/** `[version, value]`. A version is raised with every change of what is written. */
export const versioned = <T>(version: number, codec: Codec<T>): TextCodec<T> => ({
  encode: (value) => JSON.stringify([version, codec.encode(value)]),
  decode: (text) => {
    const [written, stored] = listOf(JSON.parse(text), 2);
    if (written !== version) {
      throw new TypeError(`codec version ${JSON.stringify(written)} is not ${version}`);
    }
    return codec.decode(stored);
  },
});

/**
 * An object as a list of its values, in the order in which they are named here. Those that say nothing are left away at
 * the end: so what is rarely there is named last.
 */
export function row<T extends object>(columns: Columns<T>): Codec<T> {
  const all = Object.entries(columns) as [string & keyof T, Codec<unknown>][];
  return {
    encode: (value) => {
      let length = all.length;
      while (length > 0 && saysNothing(all[length - 1], value)) length -= 1;
      return all.slice(0, length).map(([name, codec]) => codec.encode(value[name]));
    },
    decode: (stored) => {
      const cells = listOf(stored);
      if (cells.length > all.length) refuse(`a list of ${cells.length}, not of ${all.length}`);
      const value: Partial<Record<keyof T, unknown>> = {};
      for (const [index, [name, codec]] of all.entries()) {
        if (index < cells.length) value[name] = at(name, codec, cells[index]);
        else if (codec.nothing !== undefined) value[name] = codec.nothing.value;
        else refuse(`${name} is not there`);
      }
      return value as T;
    },
  };
}

function saysNothing<T>(
  column: readonly [string & keyof T, Codec<unknown>] | undefined,
  value: T,
): boolean {
  return column?.[1].nothing?.is(value[column[0]]) ?? false;
}

type Columns<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

export const list = <T>(codec: Codec<T>): Codec<readonly T[]> => ({
  encode: (values) => values.map(codec.encode),
  decode: (stored) => listOf(stored).map((each, index) => at(String(index), codec, each)),
  nothing: { value: [], is: ({ length }) => length === 0 },
});

export const dict = <T>(codec: Codec<T>): Codec<Dict<T>> => ({
  encode: (values) =>
    fromEntries(Object.entries(values).map(([name, value]) => [name, codec.encode(value)])),
  decode: (stored) =>
    fromEntries(
      Object.entries(objectOf(stored)).map(([name, each]) => [name, at(name, codec, each)]),
    ),
  nothing: { value: {}, is: (values) => Object.keys(values).length === 0 },
});

export const nullable = <T>(codec: Codec<T>): Codec<T | null> => ({
  encode: (value) => (value === null ? null : codec.encode(value)),
  decode: (stored) => (stored === null ? null : codec.decode(stored)),
  nothing: { value: null, is: (value) => value === null },
});

/** What nearly always is so, and goes without saying at the end of a row. */
export const usually = <T extends string | number | boolean>(
  value: T,
  codec: Codec<T>,
): Codec<T> => ({ ...codec, nothing: { value, is: (other) => other === value } });

/** One of these words. */
export const word = <T extends string>(...words: readonly T[]): Codec<T> => ({
  encode: (value) => value,
  decode: (stored) => words.find((each) => each === stored) ?? refuse(`not ${words.join(' or ')}`),
});

/** Texts with a type of their own, whose values code alone makes. */
export const texts = <T extends string>(): Codec<T> => ({
  encode: (value) => value,
  decode: (stored) => (typeof stored === 'string' ? (stored as T) : refuse('no text')),
});
export const text = texts<string>();

/** Numbers with a brand of their own. */
export const numbers = <T extends number>(): Codec<T> => ({
  // JSON has no other: they would be written as null.
  encode: (value) => (Number.isFinite(value) ? value : refuse('no finite number')),
  decode: (stored) => (typeof stored === 'number' ? (stored as T) : refuse('no number')),
});
export const number = numbers<number>();
export const micros = numbers<Micros>();
export const cents = numbers<Cents>();

/** 1 or 0. */
export const flag: Codec<boolean> = {
  encode: (value) => (value ? 1 : 0),
  decode: (stored) => (stored === 1 || stored === 0 ? stored === 1 : refuse('neither 0 nor 1')),
};

/** A list, of so many values if that is said. */
export function listOf(stored: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(stored)) return refuse('no list');
  return length === undefined || stored.length === length
    ? stored
    : refuse(`a list of ${stored.length}, not of ${length}`);
}

export const objectOf = (stored: unknown): Readonly<Record<string, unknown>> =>
  typeof stored === 'object' && stored !== null && !Array.isArray(stored)
    ? (stored as Readonly<Record<string, unknown>>)
    : refuse('no object');

export function refuse(why: string): never {
  throw new TypeError(why);
}

/** Names the place of what cannot be read. */
function at<T>(name: string, codec: Codec<T>, stored: unknown): T {
  try {
    return codec.decode(stored);
  } catch (error) {
    throw new TypeError(`${name}: ${messageOf(error)}`, { cause: error });
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
