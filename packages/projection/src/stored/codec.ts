import { type Cents, type Micros } from '@portal/billing';
import { type Dict, fromEntries } from '../dict.ts';

/**
 * How a value is written as JSON. What is written follows from the value alone: never from the order in which its
 * object was made. `decode` throws a TypeError that names the place when something else lies there.
 */
export interface Codec<T> {
  readonly encode: (value: T) => unknown;
  readonly decode: (stored: unknown) => T;
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

/** An object as a list of its values, in the order in which they are named here. */
export function row<T extends object>(columns: Columns<T>): Codec<T> {
  const all = Object.entries(columns) as [string & keyof T, Codec<unknown>][];
  return {
    encode: (value) => all.map(([name, codec]) => codec.encode(value[name])),
    decode: (stored) => {
      const cells = listOf(stored, all.length);
      return Object.fromEntries(
        all.map(([name, codec], index) => [name, at(name, codec, cells[index])]),
      ) as T;
    },
  };
}

/**
 * An object as an object, its values in the order in which they are named here. What comes back is what was written:
 * its values are not looked at, so that a document costs a reader nothing but its JSON.
 */
export function shape<T extends object>(columns: Columns<T>): Codec<T> {
  const all = Object.entries(columns) as [string & keyof T, Codec<unknown>][];
  return {
    encode: (value) => Object.fromEntries(all.map(([n, codec]) => [n, codec.encode(value[n])])),
    decode: (stored) => objectOf(stored) as T,
  };
}

type Columns<T> = { readonly [K in keyof T]-?: Codec<T[K]> };

export const list = <T>(codec: Codec<T>): Codec<readonly T[]> => ({
  encode: (values) => values.map(codec.encode),
  decode: (stored) => listOf(stored).map((each, index) => at(String(index), codec, each)),
});

export const dict = <T>(codec: Codec<T>): Codec<Dict<T>> => ({
  encode: (values) =>
    fromEntries(Object.entries(values).map(([name, value]) => [name, codec.encode(value)])),
  decode: (stored) =>
    fromEntries(
      Object.entries(objectOf(stored)).map(([name, each]) => [name, at(name, codec, each)]),
    ),
});

export const nullable = <T>(codec: Codec<T>): Codec<T | null> => ({
  encode: (value) => (value === null ? null : codec.encode(value)),
  decode: (stored) => (stored === null ? null : codec.decode(stored)),
});

/** What is JSON by itself, in one order only. */
export const asWritten = <T>(): Codec<T> => ({
  encode: (value) => value,
  decode: (stored) => stored as T,
});

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
  encode: (value) => value,
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
    throw new TypeError(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
