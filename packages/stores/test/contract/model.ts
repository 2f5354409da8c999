import { expect, it } from '@jest/globals';
import { PART_NAMES, type Parts } from '@portal/projection';
import fc from 'fast-check';
import { customer, type Subject } from './subject.ts';

const FIELDS = ['a', '__proto__', 'v', 'c'];

/** What a customer's record should be, kept the plainest way. */
interface Expected {
  readonly vector: string;
  readonly parts: Parts;
  readonly document: string | null;
  readonly fields: ReadonlyMap<string, string>;
  readonly erased: boolean;
}

const NOTHING: Expected = {
  vector: '',
  parts: new Map(),
  document: null,
  fields: new Map(),
  erased: false,
};

const text = fc.string({ unit: 'binary', maxLength: 5 });
const field = fc.constantFrom(...FIELDS);
const part = fc.constantFrom(...PART_NAMES);
const step = fc.record({
  who: fc.nat({ max: 2 }),
  act: fc.constantFrom('right', 'right', 'right', 'wrong', 'erase'),
  parts: fc.uniqueArray(fc.tuple(part, text), { selector: ([name]) => name }),
  replace: fc.constantFrom(...[false, false, false, true]),
  document: fc.option(text),
  set: fc.uniqueArray(fc.tuple(field, text), { selector: ([name]) => name }),
  remove: fc.array(field),
});

export function modelLaw(now: Subject): void {
  it('agrees with a plain model on any history of changes and erasures', async () => {
    await now.bench.pointer().switch(null, 'g1');
    const reader = now.bench.reader();
    let run = 0;

    const history = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      run += 1;
      const refs = [0, 1, 2].map((n) => customer(1000 * run + n));
      const model = refs.map(() => NOTHING);

      for (const [at, { who, act, document, set, remove, ...step }] of steps.entries()) {
        const ref = refs[who]!;
        const before = model[who]!;
        if (act === 'erase') {
          await now.store.erase([ref]);
          model[who] = { ...NOTHING, erased: true };
          continue;
        }
        const vector = `v${at}`;
        const expected = act === 'right' ? before.vector : 'no such vector';
        const wanted = before.erased ? 'erased' : act === 'right' ? 'applied' : 'conflict';
        const change = {
          ...{ ref, expected, vector, document, parts: new Map(step.parts) },
          ...{ set: new Map(set), remove, ...(step.replace ? { replace: true as const } : {}) },
        };
        expect(await now.store.apply([change])).toEqual([wanted]);
        if (wanted !== 'applied') continue;
        const from = step.replace ? NOTHING : before;
        const kept = [...from.fields].filter(([name]) => !remove.includes(name));
        const fields = new Map([...kept, ...set]);
        const parts = new Map([...from.parts, ...step.parts]);
        model[who] = { vector, parts, document, fields, erased: false };
      }

      const records = await now.store.load(refs.map((ref) => ({ ref, fields: FIELDS })));
      const lookups = await Promise.all(
        refs.map((ref) => reader.document(ref, { withRecord: PART_NAMES })),
      );
      const shown = records.map(({ vector, parts, fields, erased }, index) => {
        const lookup = lookups[index]!;
        const document = lookup.kind === 'found' ? lookup.document : null;
        return { vector, parts, document, fields, erased };
      });
      expect(shown).toEqual(model);
      for (const [index, lookup] of lookups.entries()) {
        if (lookup.kind !== 'found') continue;
        const { vector, parts } = model[index]!;
        expect(lookup.record).toEqual({ vector, parts });
      }
      // What the port does not show is there neither: nothing is left of an erased customer.
      const stored = await now.bench.stored('g1', refs);
      expect(
        stored.map(({ ref: _, fields, ...rest }) => ({ ...rest, fields: new Map(fields) })),
      ).toEqual(model);
    });

    await fc.assert(history, { numRuns: 40 });
  });
}
