import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keptFields } from '../../src/batch/kept-fields.ts';

const LARGE = 'x'.repeat(4_097);

describe('the side fields that stay in memory', () => {
  const name = fc.constantFrom(...'abcdefghijklm'.split(''), 'd:0', 'd:1');
  const text = fc.constantFrom('', 'short', 'x'.repeat(4_096), LARGE);
  const written = fc.uniqueArray(name).chain((names) =>
    fc.record({
      set: fc.array(text, { minLength: names.length, maxLength: names.length }),
      removed: fc.nat(names.length),
      names: fc.constant(names),
    }),
  );

  it('are as the store has them, the written ones first; no event ids, none that is large', () => {
    const read = fc.array(fc.tuple(name, fc.option(text)));
    fc.assert(
      fc.property(read, written, (before, { names, set, removed }) => {
        const remove = names.slice(0, removed);
        const changed = names
          .slice(removed)
          .map((each, index) => [each, set[index] ?? ''] as const);
        const stored = new Map<string, string | null>(changed);
        for (const each of remove) stored.set(each, null);
        for (const [each, own] of new Map(before)) if (!stored.has(each)) stored.set(each, own);
        const small = [...stored].filter(
          ([each, own]) => !each.startsWith('d:') && own?.length !== LARGE.length,
        );
        const kept = keptFields(new Map(before), { set: new Map(changed), remove });
        expect([...kept]).toEqual(small.slice(0, 8));
      }),
    );
  });

  it('are not what was read where something large was written', () => {
    const kept = keptFields(new Map([['a', 'old']]), { set: new Map([['a', LARGE]]), remove: [] });
    expect([...kept]).toEqual([]);
  });
});
