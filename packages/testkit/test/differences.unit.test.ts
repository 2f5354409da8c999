import { type CustomerRef } from '@portal/projection';
import { describe, expect, it } from '@jest/globals';
import { differences } from '../src/differences.ts';
import { nothingOf, type StoredCustomer } from '../src/stored.ts';

const REF = 'a:b' as CustomerRef;
const whole: StoredCustomer = {
  ...nothingOf(REF),
  vector: 'usage/0@1',
  head: '{}',
  document: 'text',
  fields: [
    ['e:1', 'one'],
    ['e:2', 'two'],
  ],
};

describe('what is stored', () => {
  it.each<[string, Partial<StoredCustomer>, RegExp]>([
    ['a lost document', { document: null }, /document: not there, should be "text"/],
    ['another document', { document: 'tent' }, /document: "tent", should be "text"/],
    ['a lost field', { fields: [['e:1', 'one']] }, /field e:2: not there, should be "two"/],
    [
      'a field that was to be removed',
      { fields: [...whole.fields, ['e:3', 'three']] },
      /field e:3: "three", should be not there/,
    ],
    ['another head', { head: '' }, /head: "", should be "{}"/],
    ['another vector', { vector: '' }, /vector/],
    ['a tombstone', { erased: true }, /erased: "true"/],
  ])('with %s differs in that alone', (_what, change, line) => {
    const found = differences([{ ...whole, ...change }], [whole]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(line);
  });

  it('as it should be differs in nothing, whoever else is there shows', () => {
    expect(differences([whole], [{ ...whole }])).toEqual([]);
    expect(differences([whole], [])).not.toEqual([]);
    expect(differences([], [whole])).not.toEqual([]);
  });

  it('in ten thousand wrong fields is told in few lines', () => {
    const fields = Array.from({ length: 10_000 }, (_, n) => [`f${n}`, 'x'] as const);
    const found = differences([whole], [{ ...whole, fields }]);
    expect(found).toHaveLength(21);
    expect(found.at(-1)).toBe('and 9982 more');
  });
});
