import { expect, it } from '@jest/globals';
import { ASSUMED_ROWS_MAX, idRow, insertRow, SHARD_ROWS_MAX } from '@portal/projection';
import fc from 'fast-check';
import { type RecordChange } from '../../src/index.ts';
import { A, B, change, customer, loadOne, partsOf, type Subject } from './subject.ts';

const DAY = 20_000;
const hashOf = (...bytes: readonly number[]): string => String.fromCharCode(...bytes);
const numbered = (n: number): string => hashOf(0, 0, 0, 0, 0, 0, n >> 8, n & 255);
const shardOf = (rows: readonly string[]): string => rows.reduce(insertRow, '');
const rowsTo = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => idRow(numbered(n), DAY, n));

const assuming = (
  rows: readonly (readonly [shard: number, rows: readonly string[]])[],
): Pick<RecordChange, 'assumed'> => ({ assumed: new Map(rows) });

export function assumedLaws(now: Subject): void {
  const shardsOf = async (...shards: readonly number[]): Promise<readonly (string | null)[]> => {
    const names = shards.map((shard) => `d:${shard}`);
    const { fields } = await loadOne(now.store, A, names);
    return names.map((name) => fields.get(name) ?? null);
  };

  it('adds ids that are absent to their shards, together with all else of the change', async () => {
    const [one, two, three] = rowsTo(3).map((row) => row) as [string, string, string];
    const first = change(A, assuming([[0, [two]]]));
    expect(await now.store.apply([first])).toEqual(['applied']);
    const next = change(A, {
      ...{ expected: 'v1', vector: 'v2', parts: partsOf({ u: 'new' }), set: new Map([['a', 'é']]) },
      ...assuming([
        [0, [three, one]],
        [17, [one]],
      ]),
    });
    expect(await now.store.apply([next])).toEqual(['applied']);
    expect(await shardsOf(0, 17)).toEqual([one + two + three, one]);
    expect(await loadOne(now.store, A, ['a'])).toMatchObject({
      ...{ vector: 'v2', parts: partsOf({ c: 'customer', u: 'new' }) },
      fields: new Map([['a', 'é']]),
    });
  });

  it('says known, and writes nothing, when one of many ids is there', async () => {
    const there = idRow(numbered(7), DAY, 7);
    const field = new Map([['d:3', there]]);
    await now.store.apply([change(A, { set: field })]);
    const next = change(A, {
      ...{ expected: 'v1', vector: 'v2', parts: partsOf({ u: 'new' }), document: null },
      ...{ set: new Map([['a', 'new']]), remove: ['d:9'] },
      ...assuming([
        [0, rowsTo(3)],
        [3, [idRow(numbered(6), DAY, 0), idRow(numbered(7), DAY + 5, 1)]],
      ]),
    });
    const before = await now.bench.stored('g1', [A]);
    expect(await now.store.apply([next])).toEqual(['known']);
    expect(await now.bench.stored('g1', [A])).toEqual(before);
  });

  it('says known whatever day and content the row names that is there, first and last days too', async () => {
    const days = [-51_134, -1, 0, DAY - 1, DAY, DAY + 1, 102_000, 102_266];
    for (const [index, day] of days.entries()) {
      const ref = customer(50 + index);
      await now.store.apply([change(ref, { set: new Map([['d:0', idRow(numbered(1), day, 1)]]) })]);
      const next = (n: number) =>
        change(ref, {
          ...{ expected: 'v1', vector: 'v2' },
          ...assuming([[0, [idRow(numbered(n), DAY, 2)]]]),
        });
      expect(await now.store.apply([next(1)])).toEqual(['known']);
      expect(await now.store.apply([next(2)])).toEqual(['applied']);
    }
  });

  it('says known when a shard would hold more than its share, and fills it up to that', async () => {
    const all = rowsTo(SHARD_ROWS_MAX + 1);
    const full = all.slice(1);
    await now.store.apply([change(A, { set: new Map([['d:0', shardOf(full.slice(1))]]) })]);
    const next = (vector: string, expected: string, rows: readonly string[]) =>
      change(A, { expected, vector, ...assuming([[0, rows]]) });
    expect(await now.store.apply([next('v2', 'v1', all.slice(0, 2))])).toEqual(['known']);
    expect(await now.store.apply([next('v2', 'v1', full.slice(0, 1))])).toEqual(['applied']);
    expect(await shardsOf(0)).toEqual([shardOf(full)]);
    expect(await now.store.apply([next('v3', 'v2', all.slice(0, 1))])).toEqual(['known']);
  });

  it('says known for a field that is no shard, and for an id that comes twice', async () => {
    await now.store.apply([change(A, { set: new Map([['d:0', 'no rows']]) })]);
    const [row = ''] = rowsTo(1);
    for (const [shard, rows] of [
      [0, [row]],
      [1, [row, idRow(numbered(0), DAY, 9)]],
    ] as const) {
      const next = change(A, { expected: 'v1', vector: 'v2', ...assuming([[shard, rows]]) });
      expect(await now.store.apply([next])).toEqual(['known']);
    }
    expect(await shardsOf(0, 1)).toEqual(['no rows', null]);
  });

  it('lets a conflict win over known, an erasure over both, and applies once', async () => {
    const next = change(A, assuming([[0, rowsTo(1)]]));
    expect(await now.store.apply([next, next])).toEqual(['applied', 'conflict']);
    expect(await now.store.apply([{ ...next, expected: 'v1' }])).toEqual(['known']);
    await now.store.erase([A]);
    expect(await now.store.apply([next, { ...next, expected: 'v1' }])).toEqual([
      'erased',
      'erased',
    ]);
  });

  it('takes an assumption of nothing, and of as many shards as may be', async () => {
    expect(await now.store.apply([change(A, assuming([]))])).toEqual(['applied']);
    const shards = Array.from({ length: ASSUMED_ROWS_MAX }, (_, shard) => shard);
    const many = assuming(shards.map((shard) => [shard, [idRow(numbered(shard), DAY, shard)]]));
    const next = change(A, { expected: 'v1', vector: 'v2', remove: ['a', 'b'], ...many });
    expect(await now.store.apply([next])).toEqual(['applied']);
    expect(await shardsOf(...shards)).toEqual(
      shards.map((shard) => idRow(numbered(shard), DAY, shard)),
    );
  });

  const [row = ''] = rowsTo(1);
  it.each<[string, Partial<RecordChange>]>([
    ['a record written anew', { replace: true, ...assuming([[0, [row]]]) }],
    ['a shard that is set', { set: new Map([['d:0', row]]), ...assuming([[0, [row]]]) }],
    ['a shard that is removed', { remove: ['d:0'], ...assuming([[0, [row]]]) }],
    ['a short row', assuming([[0, [row.slice(1)]]])],
    ['a row with a char that is no byte', assuming([[0, ['Ā' + row.slice(1)]]])],
    ['a shard below 0', assuming([[-1, [row]]])],
    ['half a shard', assuming([[0.5, [row]]])],
    [
      'too many ids',
      assuming([
        [0, rowsTo(200)],
        [1, rowsTo(ASSUMED_ROWS_MAX - 199)],
      ]),
    ],
  ])('refuses to assume of %s, and writes nothing of the batch', async (_, over) => {
    await expect(now.store.apply([change(B), change(A, over)])).rejects.toThrow(TypeError);
    expect(await loadOne(now.store, B)).toMatchObject({ vector: '' });
  });

  modelLaw(now);
}

/** Both sides of 0x80, and capitals beside small letters: a locale would order them otherwise. */
const POOL = [0, 0x41, 0x61, 0x62, 0x7f, 0x80, 0xc3, 0xff].flatMap((byte) => [
  hashOf(byte, 0, 0, 0, 0, 0, 0, 0),
  hashOf(0x80, 0x80, 0x80, byte, 0, 0, 0, 1),
  hashOf(0x80, 0x80, 0x80, 0x80, byte, 0, 0, 0),
  hashOf(0x80, 0x80, 0x80, 0x80, 0, 0, 0, byte),
]);

const step = fc.record({
  act: fc.constantFrom('right', 'right', 'right', 'right', 'wrong', 'erase'),
  seen: fc.array(
    fc.record({
      shard: fc.constantFrom(0, 1, 12),
      hash: fc.constantFrom(...POOL),
      day: fc.integer({ min: DAY, max: DAY + 8 }),
      content: fc.constantFrom(0, 1, 2 ** 22 - 1),
    }),
    { maxLength: 8 },
  ),
});

function modelLaw(now: Subject): void {
  it('agrees with a plain model on any history of assumptions', async () => {
    let run = 0;
    const history = fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      run += 1;
      const ref = customer(10_000 + run);
      let vector = '';
      let isErased = false;
      // `shard hash`, in hexadecimal → the row.
      let model = new Map<string, string>();

      for (const [at, { act, seen }] of steps.entries()) {
        if (act === 'erase') {
          await now.store.erase([ref]);
          isErased = true;
          model = new Map();
          continue;
        }
        const rows = new Map<number, string[]>();
        const after = new Map(model);
        let isKnown = false;
        for (const { shard, hash, day, content } of seen) {
          const row = idRow(hash, day, content);
          rows.set(shard, [...(rows.get(shard) ?? []), row]);
          const key = `d:${shard} ${Buffer.from(hash, 'latin1').toString('hex')}`;
          isKnown ||= after.has(key);
          after.set(key, row);
        }
        const isRight = act === 'right';
        const next = change(ref, {
          expected: isRight ? vector : 'no such vector',
          vector: `v${at}`,
          assumed: rows,
        });
        const refused = isRight ? (isKnown ? 'known' : 'applied') : 'conflict';
        const wanted = isErased ? 'erased' : refused;
        expect(await now.store.apply([next])).toEqual([wanted]);
        if (wanted === 'applied') [vector, model] = [next.vector, after];
      }

      const fields = new Map<string, string>();
      for (const [key, row] of [...model].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const [name = ''] = key.split(' ');
        fields.set(name, (fields.get(name) ?? '') + row);
      }
      const [stored] = await now.bench.stored('g1', [ref]);
      expect(new Map(stored?.fields)).toEqual(fields);
      expect(stored).toMatchObject({ erased: isErased, vector: isErased ? '' : vector });
    });
    await fc.assert(history, { numRuns: 60 });
  });
}
