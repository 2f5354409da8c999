import { type ServerAnswer } from './canned-details.ts';

/** An answer with one thing in it that is not what it should be. */
export interface Spoiled {
  /** Where and what: `details.wallets.0.currency: null`. */
  readonly name: string;
  readonly body: unknown;
}

const MISSING = Symbol('missing');

/** What may stand where something else should: each is tried at every place. */
const WRONG: Readonly<Record<string, unknown>> = {
  missing: MISSING,
  null: null,
  'a number': 42.5,
  'a huge number': 1e308,
  'a text': 'Nowhere/Nothing',
  'a long text': 'W7'.repeat(20_000),
  true: true,
  'an object': { toString: 'no function', constructor: 1, __proto__: null },
  'an array': [[null]],
};

/** Every field of an answer spoiled in every way; of rows that are alike the first one. */
export const spoilings = (answer: ServerAnswer): readonly Spoiled[] =>
  placesOf(answer, []).flatMap((place) =>
    Object.entries(WRONG).map(([what, value]) => ({
      name: `${place.join('.')}: ${what}`,
      body: spoiled(answer, place, value),
    })),
  );

type Place = readonly (string | number)[];

function placesOf(value: unknown, place: Place): readonly Place[] {
  const here = place.length === 0 ? [] : [place];
  if (Array.isArray(value)) {
    return [...here, ...(value.length === 0 ? [] : placesOf(value[0], [...place, 0]))];
  }
  if (typeof value !== 'object' || value === null) return here;
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, inner]) => placesOf(inner, [...place, name])),
  ];
}

function spoiled(value: unknown, [step, ...rest]: Place, wrong: unknown): unknown {
  if (step === undefined) return wrong;
  if (Array.isArray(value)) {
    const copy = value.map((item, index) =>
      index === step ? spoiled(item, rest, wrong) : (item as unknown),
    );
    return copy.filter((item) => item !== MISSING);
  }
  const entries = Object.entries(value as object).map(
    ([name, inner]) => [name, name === step ? spoiled(inner, rest, wrong) : inner] as const,
  );
  return Object.fromEntries(entries.filter(([, inner]) => inner !== MISSING));
}
