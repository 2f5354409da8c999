import { expect, it } from '@jest/globals';
import { PART_NAMES, type PartitionName } from '@portal/projection';
import { until } from '@portal/testkit';
import { type Freshness } from '../../src/index.ts';
import { A, change, customer, loadOne, partsOf, type Subject } from './subject.ts';

export function readerLaws(now: Subject): void {
  it('says down until a generation is live, then at once what it holds', async () => {
    await now.store.apply([change(A)]);
    const reader = now.bench.reader();
    expect(await reader.document(A)).toMatchObject({ kind: 'down' });
    expect(await reader.freshness()).toBeNull();
    expect(await now.bench.pointer().live()).toBeNull();
    expect(await now.bench.pointer().switch(null, 'g1')).toBe(true);
    expect(await now.bench.pointer().live()).toBe('g1');
    const found = { kind: 'found', generation: 'g1', document: 'document', record: null };
    expect(await reader.document(A)).toMatchObject(found);
    expect(await reader.freshness()).toEqual(new Map());
  });

  it('gives each customer its own document, also when many are asked for at once', async () => {
    const refs = Array.from({ length: 200 }, (_, index) => customer(index));
    await now.store.apply(refs.map((ref) => change(ref, { document: `of ${ref}` })));
    await now.bench.pointer().switch(null, 'g1');
    const reader = now.bench.reader();
    const lookups = await Promise.all([...refs, customer(999)].map((ref) => reader.document(ref)));
    expect(lookups).toMatchObject([
      ...refs.map((ref) => ({
        kind: 'found',
        generation: 'g1',
        document: `of ${ref}`,
        record: null,
      })),
      { kind: 'missing', generation: 'g1' },
    ]);
  });

  it('gives the vector and the parts asked for along with the document, and no others', async () => {
    const parts = partsOf({ c: 'customer', s: '', w: 'wallets', u: 'é😀' });
    await now.store.apply([change(A, { parts, document: 'document' })]);
    await now.bench.pointer().switch(null, 'g1');
    const reader = now.bench.reader();
    const found = { kind: 'found', generation: 'g1', document: 'document' };
    const withRecord = ['c', 's', 'n', 'u'] as const;
    expect(await reader.document(A, { withRecord })).toMatchObject({
      ...found,
      record: { vector: 'v1', parts: partsOf({ c: 'customer', s: '', u: 'é😀' }) },
    });
    expect(await reader.document(A, { withRecord: [] })).toMatchObject({
      ...found,
      record: null,
    });
    expect(await reader.document(customer(9), { withRecord })).toEqual({
      ...{ kind: 'missing', generation: 'g1' },
    });
  });

  it('brings a record that has none of the parts, as an older version left it, as one without parts', async () => {
    await now.store.apply([change(A, { parts: new Map() })]);
    await now.bench.pointer().switch(null, 'g1');
    const lookup = await now.bench.reader().document(A, { withRecord: PART_NAMES });
    expect(lookup).toMatchObject({ kind: 'found', record: { vector: 'v1', parts: new Map() } });
    expect(await loadOne(now.store, A)).toMatchObject({ vector: 'v1', parts: new Map() });
  });

  it('shows how current the live generation is', async () => {
    const told = new Map<PartitionName, Freshness>([
      ['usage/3', { asOf: 1_795_000_000_000, isAtEnd: true, seenAt: 1_795_000_000_001 }],
      ['usage/4', { asOf: null, isAtEnd: false, seenAt: 1_795_000_000_001 }],
    ]);
    expect(await now.store.refresh(told)).toEqual(told);
    await now.bench.store('g2').refresh(new Map([['usage/5', told.get('usage/3')!]]));
    await now.bench.pointer().switch(null, 'g1');
    expect(await now.bench.reader().freshness()).toEqual(told);
  });

  it('keeps the later of two tellings, and all that was known to be folded', async () => {
    const tell = async (asOf: number | null, isAtEnd: boolean, seenAt: number) =>
      (await now.store.refresh(new Map([['usage/0', { asOf, isAtEnd, seenAt }]]))).get('usage/0');
    expect(await tell(500, true, 500)).toEqual({ asOf: 500, isAtEnd: true, seenAt: 500 });
    expect(await tell(null, false, 502)).toEqual({ asOf: 500, isAtEnd: false, seenAt: 502 });
    expect(await tell(499, false, 504)).toEqual({ asOf: 500, isAtEnd: false, seenAt: 504 });
    // Of another process, which was slow to tell it.
    expect(await tell(501, true, 501)).toEqual({ asOf: 501, isAtEnd: false, seenAt: 504 });
    expect(await now.store.refresh(new Map())).toEqual(new Map());
  });

  it('switches only from the generation that is live', async () => {
    const pointer = now.bench.pointer();
    expect(await pointer.switch('g1', 'g2')).toBe(false);
    expect(await pointer.live()).toBeNull();
    expect(await pointer.switch(null, 'g1')).toBe(true);
    expect(await pointer.switch(null, 'g2')).toBe(false);
    expect(await pointer.switch('g2', 'g3')).toBe(false);
    expect(await pointer.switch('g1', 'g2')).toBe(true);
    expect(await pointer.live()).toBe('g2');
  });

  it('lets exactly one of many concurrent switches win', async () => {
    const switches = Array.from({ length: 20 }, (_, n) =>
      now.bench.pointer().switch(null, `g${n}`),
    );
    const won = (await Promise.all(switches)).flatMap((yes, n) => (yes ? [`g${n}`] : []));
    expect(won).toHaveLength(1);
    expect(await now.bench.pointer().live()).toBe(won[0]);
  });

  it('follows a switch while it is being read, never mixing generations', async () => {
    const next = now.bench.store('g2');
    await now.store.apply([change(A, { document: 'of g1' })]);
    await next.apply([change(A, { document: 'of g2' })]);
    await now.bench.pointer().switch(null, 'g1');
    const reader = now.bench.reader();
    expect(await reader.document(A)).toMatchObject({ document: 'of g1' });
    await now.bench.pointer().switch('g1', 'g2');
    await until('the switch to show', async () => {
      const lookup = await reader.document(A);
      if (lookup.kind !== 'found') throw new Error(`read ${lookup.kind}`);
      expect(lookup.document).toBe(`of ${lookup.generation}`);
      return lookup.generation === 'g2';
    });
  });
}
