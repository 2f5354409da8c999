import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Dict, put, without } from '../../src/dict.ts';
import { createOwned } from '../../src/fold/owned.ts';

const key = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '7', '10', '') },
  { weight: 3, arbitrary: fc.string({ maxLength: 2 }) },
);
const steps = fc.array(fc.record({ key, value: fc.option(fc.nat({ max: 9 })) }), { maxLength: 60 });
const made = (entries: readonly { readonly key: string; readonly value: number | null }[]) =>
  entries.reduce<Dict<number>>(
    (dict, step) =>
      step.value === null ? without(dict, step.key) : put(dict, step.key, step.value),
    {},
  );

describe('dictionaries that a fold owns', () => {
  it('end as those that are copied at each step, order of keys included, and leave the one they began with alone', () => {
    fc.assert(
      fc.property(steps, steps, (before, changes) => {
        const base = Object.freeze(made(before));
        const text = JSON.stringify(base);
        const owned = createOwned();
        let dict = base;
        for (const step of changes) {
          dict =
            step.value === null
              ? owned.without(dict, step.key)
              : owned.put(dict, step.key, step.value);
          expect(owned.size(dict)).toBe(Object.keys(dict).length);
        }
        owned.settle();
        expect(JSON.stringify(base)).toBe(text);
        expect(Object.entries(dict)).toEqual(Object.entries(made([...before, ...changes])));
      }),
      { numRuns: 500 },
    );
  });
});
