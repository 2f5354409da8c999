import { expect, it } from '@jest/globals';
import { A, B, change, loadOne, partsOf, type Subject } from './subject.ts';

const EVERY_BYTE = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

/** Bytes that are no UTF-8, text that is, and bytes that would be other text as UTF-8. */
const FIELDS = new Map([
  ['d:0', EVERY_BYTE],
  ['d:1', EVERY_BYTE.repeat(1000)],
  ['d:2', ''],
  ['d:3', 'Ã©'],
  ['d:😀', '\xff'],
  ['text', 'é😀 Ã©'],
  ['D:0', 'é'],
  ['d', '漢'],
]);

export function byteLaws(now: Subject): void {
  it('keeps every byte of fields of bytes, and brings them in one load with the texts beside them', async () => {
    const texts = { parts: partsOf({ c: 'part é😀', u: '' }), vector: 'v é' };
    expect(await now.store.apply([change(A, { ...texts, set: FIELDS })])).toEqual(['applied']);
    for (const names of [[...FIELDS.keys()], ['text', 'd:0'], ['d:0'], ['text']]) {
      const { fields, parts, vector } = await loadOne(now.store, A, names);
      expect({ parts, vector }).toEqual(texts);
      expect(fields).toEqual(new Map(names.map((name) => [name, FIELDS.get(name)])));
    }
    const inOrder = [...FIELDS].sort(([a], [b]) => (a < b ? -1 : 1));
    expect(await now.bench.stored('g1', [A])).toMatchObject([{ fields: inOrder, ...texts }]);
  });

  it('keeps them when a record is written anew, and forgets those of before', async () => {
    await now.store.apply([
      change(A, {
        set: new Map([
          ['d:0', 'old'],
          ['d:9', EVERY_BYTE],
        ]),
      }),
    ]);
    const anew = change(A, { expected: 'v1', vector: 'v2', set: FIELDS, replace: true });
    expect(await now.store.apply([anew])).toEqual(['applied']);
    const names = [...FIELDS.keys(), 'd:9'];
    expect((await loadOne(now.store, A, names)).fields).toEqual(FIELDS);
  });

  it('brings bytes of customers that have none, and of erased ones, as nothing', async () => {
    await now.store.erase([B]);
    const [none, erased] = await now.store.load([A, B].map((ref) => ({ ref, fields: ['d:0'] })));
    const nothing = { vector: '', parts: new Map(), fields: new Map() };
    expect(none).toEqual({ ...nothing, ref: A, erased: false });
    expect(erased).toEqual({ ...nothing, ref: B, erased: true });
  });

  it('refuses what is no byte, and writes nothing of the batch', async () => {
    const wrong = change(B, { set: new Map([['d:0', 'Ā']]) });
    await expect(now.store.apply([change(A), wrong])).rejects.toThrow(TypeError);
    expect(await loadOne(now.store, A)).toMatchObject({ vector: '' });
  });
}
