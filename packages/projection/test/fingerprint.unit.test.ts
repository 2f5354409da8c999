import { describe, expect, it } from '@jest/globals';
import { type UsageFact } from '@portal/projection';
import fc from 'fast-check';
import { contentOf, contentOfUsage } from '../src/fingerprint.ts';

/** What a content is: JSON with sorted keys at every depth. Two are one where their texts are. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const texts = members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${texts.sort().join(',')}}`;
}

/** Few, so that two that are alike, and two that are alike but for where one text ends, are often met. */
const text = fc.constantFrom(
  '',
  'a',
  'b',
  'ab',
  'ba',
  'c',
  'bc',
  '1',
  'null',
  '\0',
  'a\0',
  '語',
  '\u8000',
);
const number = fc.constantFrom(
  0,
  -0,
  1,
  -1,
  2 ** 32,
  1 - 2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  0.5,
  1e300,
);
const plain = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const { any } = fc.letrec<{ any: unknown }>((again) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    plain,
    fc.array(again('any'), { maxLength: 3 }),
    fc.dictionary(text, fc.option(again('any'), { nil: undefined }), { maxKeys: 3 }),
  ),
}));

/** The same value, its keys the other way round at every depth. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([key, member]) => [key, reversed(member)] as const);
  return Object.fromEntries(members.reverse());
}

describe('the content of an entity', () => {
  it('is one for equal payloads, and another for others', () => {
    fc.assert(
      fc.property(any, any, (one, other) => {
        const isEqual = canonicalJson(one) === canonicalJson(other);
        expect(contentOf(false, one) === contentOf(false, other)).toBe(isEqual);
      }),
      { numRuns: 3_000 },
    );
  });

  it('does not follow the order of keys, nor those without a value', () => {
    fc.assert(
      fc.property(any, (value) => {
        expect(contentOf(false, reversed(value))).toBe(contentOf(false, value));
        expect(contentOf(false, { value, more: undefined })).toBe(contentOf(false, { value }));
      }),
    );
  });

  it.each([
    ['a text that ends elsewhere', ['ab', 'c'], ['a', 'bc']],
    ['lists that end elsewhere', [['a'], ['b', 'c']], [['a', 'b'], ['c']]],
    ['a list that closes earlier', [['a'], 'b'], [['a', 'b']]],
    ['one list more around it', ['a'], [['a']]],
    ['no text and none at all', [''], []],
    ['a text with a zero behind it', 'a', 'a\0'],
    ['texts that differ in two highest bits', '\0\0\0\0', '\0\u8000\0\u8000'],
    ['a number and its text', 1, '1'],
    ['numbers of one low half', 1, 2 ** 32 + 1],
    ['numbers of one high half', 2 ** 32, 2 ** 32 + 1],
    ['a number and its negative', 1, -1],
    ['numbers beyond the whole ones', 2 ** 60, 2 ** 61],
    ['fractions', 0.5, 0.25],
    ['null and false', null, false],
    ['null and nothing', { a: null }, {}],
    ['values under the other key', { a: 'b', c: 'd' }, { a: 'd', c: 'b' }],
    ['a key and its value', { a: 'b' }, { b: 'a' }],
    ['a member that goes deeper', { a: { b: 'c' }, d: 'e' }, { a: { b: 'c', d: 'e' } }],
    ['a list and an object', ['a'], { 0: 'a' }],
  ])('tells apart %s', (_, one, other) => {
    expect(contentOf(false, one)).not.toBe(contentOf(false, other));
  });

  it('is another one when it deletes', () => {
    expect(contentOf(true, { id: 'a' })).not.toBe(contentOf(false, { id: 'a' }));
  });

  it('spreads over 53 bits', () => {
    const made = Array.from({ length: 2_000 }, (_, n) => contentOf(false, { n }));
    expect(made.every((content) => Number.isSafeInteger(content) && content >= 0)).toBe(true);
    for (let bit = 0; bit < 53; bit += 1) {
      const ones = made.filter((content) => Math.floor(content / 2 ** bit) % 2 === 1).length;
      // Half of them, and less than seven standard deviations beside it.
      expect(Math.abs(ones - 1_000)).toBeLessThan(150);
    }
  });
});

describe('the content of a usage event', () => {
  const dictionary = fc.dictionary(text, text, { maxKeys: 3 });
  const fact: fc.Arbitrary<UsageFact> = fc.record({
    metric_code: text,
    timestamp: number.map((micros) => micros as UsageFact['timestamp']),
    kind: fc.constantFrom<UsageFact['kind']>('counter', 'point', 'change', 'unique'),
    value: text,
    unique_key: fc.option(text),
    operation: fc.constantFrom<UsageFact['operation']>('add', 'remove', null),
    amount_cents: fc.option(text),
    dimensions: dictionary,
    subscription_external_id: fc.option(text),
    properties: dictionary,
  });
  const fields: (keyof UsageFact)[] = [
    ...(['metric_code', 'timestamp', 'kind', 'value', 'unique_key', 'operation'] as const),
    ...(['amount_cents', 'dimensions', 'subscription_external_id', 'properties'] as const),
  ];
  /** To add is what an event does that does not say so. */
  const said = ({ operation, ...rest }: UsageFact): string =>
    canonicalJson({ ...rest, removes: operation === 'remove' });

  it('is one for events that say the same, and another for others', () => {
    fc.assert(
      fc.property(fact, fact, fc.subarray(fields, { maxLength: 2 }), (one, source, changed) => {
        const changes = Object.fromEntries(changed.map((field) => [field, source[field]]));
        const other = { ...one, ...(changes as Partial<UsageFact>) };
        expect(contentOfUsage(one) === contentOfUsage(other)).toBe(said(one) === said(other));
        expect(contentOfUsage(reversed(one) as UsageFact)).toBe(contentOfUsage(one));
      }),
      { numRuns: 3_000 },
    );
  });

  it('does not pass a text from one field to the next', () => {
    fc.assert(
      fc.property(
        fact,
        fc.shuffledSubarray(fields, { minLength: 2, maxLength: 2 }),
        (one, pair) => {
          const [from = 'value', to = 'value'] = pair;
          const other = { ...one, [from]: one[to], [to]: one[from] };
          expect(contentOfUsage(one) === contentOfUsage(other)).toBe(said(one) === said(other));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
