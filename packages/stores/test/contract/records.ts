import { expect, it } from '@jest/globals';
import { PART_NAMES } from '@portal/projection';
import { A, B, change, customer, loadOne, partsOf, readNow, type Subject } from './subject.ts';

export function recordLaws(now: Subject): void {
  it('knows nothing of a customer that never changed', async () => {
    expect(await loadOne(now.store, A, ['f'])).toEqual({
      ref: A,
      vector: '',
      parts: new Map(),
      fields: new Map(),
      erased: false,
    });
  });

  it('brings back what was applied, with the side fields asked for and no others', async () => {
    const set = new Map([
      ['a', 'A'],
      ['b', 'B'],
      ['c', ''],
    ]);
    expect(await now.store.apply([change(A, { set })])).toEqual(['applied']);
    expect(await loadOne(now.store, A, ['c', 'nothing', 'a'])).toEqual({
      ref: A,
      vector: 'v1',
      parts: partsOf({ c: 'customer', u: 'usage' }),
      fields: new Map([
        ['c', ''],
        ['a', 'A'],
      ]),
      erased: false,
    });
  });

  it('answers loads in the order asked, also when a customer is asked for twice', async () => {
    const saying = (c: string) => ({ parts: partsOf({ c }) });
    await now.store.apply([change(A, saying('of A')), change(B, saying('of B'))]);
    const asked = [B, customer(3), A, B].map((ref) => ({ ref, fields: [] }));
    const records = await now.store.load(asked);
    expect(records.map(({ ref, parts }) => [ref, parts.get('c')])).toEqual([
      [B, 'of B'],
      [customer(3), undefined],
      [A, 'of A'],
      [B, 'of B'],
    ]);
  });

  it('writes nothing at all on a conflict', async () => {
    await now.store.apply([change(A, { set: new Map([['a', 'old']]) })]);
    const late = change(A, {
      expected: 'v0',
      vector: 'v9',
      parts: partsOf({ c: 'new', s: 'new' }),
      document: null,
      set: new Map([['b', 'new']]),
      remove: ['a'],
    });
    expect(await now.store.apply([late, { ...late, expected: '' }])).toEqual([
      'conflict',
      'conflict',
    ]);
    expect(await loadOne(now.store, A, ['a', 'b'])).toMatchObject({
      vector: 'v1',
      parts: partsOf({ c: 'customer', u: 'usage' }),
      fields: new Map([['a', 'old']]),
    });
    expect(await readNow(now.bench, A)).toMatchObject({ kind: 'found', document: 'document' });
  });

  it('writes the same change once', async () => {
    const again = change(A);
    expect(await now.store.apply([again])).toEqual(['applied']);
    expect(await now.store.apply([again])).toEqual(['conflict']);
    expect(await now.store.apply([change(B), change(B)])).toEqual(['applied', 'conflict']);
  });

  it('applies a chain of changes of one customer inside one batch', async () => {
    const chain = ['v1', 'v2', 'v3'].map((vector, index) =>
      change(A, {
        expected: index === 0 ? '' : `v${index}`,
        vector,
        parts: partsOf({ u: `of ${vector}` }),
      }),
    );
    expect(await now.store.apply(chain)).toEqual(['applied', 'applied', 'applied']);
    expect(await loadOne(now.store, A)).toMatchObject({
      vector: 'v3',
      parts: partsOf({ u: 'of v3' }),
    });
  });

  it('gives the results in the order of the changes', async () => {
    await now.store.apply([change(A)]);
    await now.store.erase([B]);
    const mixed = [change(A), change(customer(3)), change(B), change(A, { expected: 'v1' })];
    expect(await now.store.apply(mixed)).toEqual(['conflict', 'applied', 'erased', 'applied']);
  });

  it('removes side fields, and sets one that is both removed and set', async () => {
    const set = new Map([
      ['gone', '1'],
      ['kept', '2'],
      ['both', '3'],
    ]);
    await now.store.apply([change(A, { set })]);
    const next = change(A, {
      expected: 'v1',
      vector: 'v2',
      set: new Map([['both', 'new']]),
      remove: ['gone', 'both', 'never there'],
    });
    expect(await now.store.apply([next])).toEqual(['applied']);
    expect((await loadOne(now.store, A, ['gone', 'kept', 'both'])).fields).toEqual(
      new Map([
        ['kept', '2'],
        ['both', 'new'],
      ]),
    );
  });

  it('leaves parts that are not in a change as they are, side fields and document apart', async () => {
    const whole = { c: 'c1', s: 's1', w: 'w1', n: 'n1', u: 'u1' };
    await now.store.apply([change(A, { parts: partsOf(whole), set: new Map([['w', 'side']]) })]);
    const steps = [
      { w: 'w2' },
      {},
      { u: '', n: 'n4' },
      { c: 'c5', s: 's5', w: 'w5', n: 'n5', u: 'u5' },
    ];
    let known = whole;
    for (const [index, step] of steps.entries()) {
      const [expected, vector] = [`v${index + 1}`, `v${index + 2}`];
      const next = change(A, { expected, vector, parts: partsOf(step), document: vector });
      expect(await now.store.apply([next])).toEqual(['applied']);
      known = { ...known, ...step };
      expect(await loadOne(now.store, A, ['w'])).toMatchObject({
        ...{ vector, parts: partsOf(known), fields: new Map([['w', 'side']]) },
      });
      expect(await readNow(now.bench, A)).toMatchObject({ document: vector });
    }
    expect(await now.store.apply([change(A, { parts: partsOf({ c: 'late' }) })])).toEqual([
      'conflict',
    ]);
    expect((await loadOne(now.store, A)).parts).toEqual(partsOf(known));
  });

  it('replaces a record whole, on the expected vector only', async () => {
    const set = new Map([
      ['a', 'old'],
      ['b', 'old'],
    ]);
    const before = partsOf({ c: 'old', s: 'old', w: 'old' });
    await now.store.apply([change(A, { set, parts: before })]);
    const parts = partsOf({ s: 'new', u: 'new' });
    const anew = change(A, {
      ...{ expected: 'v0', vector: 'v2', parts, replace: true as const },
      set: new Map([['b', 'new']]),
    });
    expect(await now.store.apply([anew])).toEqual(['conflict']);
    expect(await loadOne(now.store, A, ['a', 'b'])).toMatchObject({ fields: set, parts: before });
    expect(await now.store.apply([{ ...anew, expected: 'v1' }])).toEqual(['applied']);
    expect(await loadOne(now.store, A, ['a', 'b'])).toMatchObject({
      ...{ vector: 'v2', parts },
      fields: new Map([['b', 'new']]),
    });
    expect(await now.bench.stored('g1', [A])).toMatchObject([{ parts, fields: [['b', 'new']] }]);
  });

  it('takes any text as a field name, value, part, vector and document', async () => {
    const names = [
      '__proto__',
      'constructor',
      '',
      'v',
      'h',
      'f:v',
      ...PART_NAMES,
      ...PART_NAMES.map((name) => `f:${name}`),
      ':',
      '{}',
      '{a}b',
      ' ',
      '\n\0',
      'é€😀',
    ];
    const set = new Map(names.map((name, index) => [name, `${index} of ${name} \r\n"😀`]));
    const parts = partsOf({ c: '\0😀', s: 's', w: '', n: '\r\n', u: 'u' });
    const odd = change(A, { vector: ' {"v":1}\n', parts, document: '€\r\n{}', set });
    expect(await now.store.apply([odd])).toEqual(['applied']);
    const record = await loadOne(now.store, A, names);
    expect(record).toMatchObject({ vector: ' {"v":1}\n', parts });
    expect(record.fields).toEqual(set);
    expect(await readNow(now.bench, A)).toMatchObject({ kind: 'found', document: '€\r\n{}' });
    expect(
      await now.store.apply([change(A, { expected: ' {"v":1}\n', vector: 'v2', remove: names })]),
    ).toEqual(['applied']);
    expect(await loadOne(now.store, A, names)).toMatchObject({
      fields: new Map(),
      parts: partsOf({ c: 'customer', s: 's', w: '', n: '\r\n', u: 'usage' }),
    });
  });

  it('keeps no document while it is null, and tells an empty one from none', async () => {
    await now.store.apply([change(A, { document: null }), change(B, { document: '' })]);
    expect(await readNow(now.bench, A)).toEqual({ kind: 'missing', generation: 'g1' });
    expect(await readNow(now.bench, B)).toEqual({
      kind: 'found',
      generation: 'g1',
      document: '',
      record: null,
    });
    await now.store.apply([change(B, { expected: 'v1', vector: 'v2', document: null })]);
    expect(await readNow(now.bench, B)).toEqual({ kind: 'missing', generation: 'g1' });
  });

  it('keeps texts of a megabyte', async () => {
    const usage = 'é'.repeat(512 * 1024);
    const document = 'x'.repeat(1024 * 1024);
    await now.store.apply([
      change(A, { parts: partsOf({ u: usage }), document, set: new Map([['big', document]]) }),
    ]);
    const record = await loadOne(now.store, A, ['big']);
    expect(record.parts.get('u') === usage && record.fields.get('big') === document).toBe(true);
    expect((await loadOne(now.store, A)).fields.size).toBe(0);
  });

  it('sets and removes twenty thousand side fields in one change', async () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `field ${index}`);
    const set = new Map(names.map((name) => [name, name]));
    expect(await now.store.apply([change(A, { set })])).toEqual(['applied']);
    expect((await loadOne(now.store, A, names)).fields.size).toBe(20_000);
    await now.store.apply([change(A, { expected: 'v1', vector: 'v2', remove: names.slice(1) })]);
    expect((await loadOne(now.store, A, names)).fields).toEqual(new Map([['field 0', 'field 0']]));
  });

  it('applies a thousand customers in one batch', async () => {
    const refs = Array.from({ length: 1000 }, (_, index) => customer(index));
    const results = await now.store.apply(
      refs.map((ref) => change(ref, { parts: partsOf({ c: `part of ${ref}` }) })),
    );
    expect(results).toEqual(refs.map(() => 'applied'));
    const records = await now.store.load(refs.map((ref) => ({ ref, fields: [] })));
    expect(records.map(({ parts }) => parts.get('c'))).toEqual(refs.map((ref) => `part of ${ref}`));
  });

  it('takes empty batches', async () => {
    expect(await now.store.apply([])).toEqual([]);
    expect(await now.store.load([])).toEqual([]);
    await now.store.erase([]);
    await now.store.park([]);
    await now.store.unpark([]);
    await now.store.advance(new Map());
    expect(await now.store.parkedCount()).toBe(0);
  });

  it('lets exactly one of many concurrent changes of the same vector win', async () => {
    const other = now.bench.store('g1');
    const rivals = Array.from({ length: 40 }, (_, index) =>
      change(A, {
        vector: `v of ${index}`,
        parts: partsOf({ n: `${index}` }),
        document: `${index}`,
      }),
    );
    const results = await Promise.all(
      rivals.map(async (rival, index) => (await (index % 2 ? other : now.store).apply([rival]))[0]),
    );
    expect(results.filter((result) => result === 'applied')).toHaveLength(1);
    const winner = rivals[results.indexOf('applied')]!;
    expect(await loadOne(now.store, A)).toMatchObject({
      ...{ vector: winner.vector, parts: winner.parts },
    });
    expect(await readNow(now.bench, A)).toMatchObject({ document: winner.document });
  });

  it('keeps generations apart', async () => {
    const next = now.bench.store('g2');
    await now.store.apply([change(A, { parts: partsOf({ c: 'old', w: 'old' }) })]);
    expect(await loadOne(next, A)).toMatchObject({ vector: '', parts: new Map() });
    await next.apply([change(A, { parts: partsOf({ c: 'new' }) })]);
    expect(await loadOne(now.store, A)).toMatchObject({
      parts: partsOf({ c: 'old', w: 'old' }),
    });
  });
}
