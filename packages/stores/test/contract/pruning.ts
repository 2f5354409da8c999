import { expect, it } from '@jest/globals';
import { type DocumentStore } from '../../src/index.ts';
import { writer } from './directory.ts';
import { A, B, change, customer, entry, loadOne, type Subject } from './subject.ts';

const CHECKPOINTS = new Map([['usage/0' as const, { next: 9, occurredAt: null }]]);

/** Something of everything a generation holds: `count` records and documents, three parked keys, four others. */
async function fill(store: DocumentStore, count: number): Promise<number> {
  await store.apply(Array.from({ length: count }, (_, n) => change(customer(n))));
  await store.advance(CHECKPOINTS);
  await store.refresh(new Map([['usage/0', { asOf: 1, isAtEnd: true, seenAt: 1 }]]));
  await store.park([entry(3, { ref: A })]);
  const cause = { family: 'usage', partition: 0, code: 'contract_invalid', field: null } as const;
  await store.addToStorm(cause, [4], 1);
  await store.markBeyond([A], true);
  return 2 * count + 7;
}

export function pruneLaws(now: Subject): void {
  it('removes everything of one generation and nothing of others, not the tombstones', async () => {
    const [old, next] = [now.bench.store('g1'), now.bench.store('g1.2')];
    const keys = await fill(old, 500);
    const kept = await fill(next, 5);
    await old.erase([B]);
    await now.bench.pointer().switch(null, 'g1.2');
    const directory = now.bench.directory();
    // The record and the document of the erased customer are gone already.
    expect(await directory.prune('g1', { dryRun: true })).toEqual({
      kind: 'pruned',
      keys: keys - 2,
    });
    expect(await directory.prune('g1')).toEqual({ kind: 'pruned', keys: keys - 2 });
    expect(await directory.prune('g1')).toEqual({ kind: 'pruned', keys: 0 });
    expect([await old.checkpoints(), await old.parkedCount()]).toEqual([new Map(), 0]);
    expect([await old.storms(), await old.beyondCount()]).toEqual([[], 0]);
    expect(await loadOne(old, A)).toMatchObject({ vector: '', parts: new Map() });
    const { generations, complete } = await directory.measure(10_000);
    expect([...generations].map(([name, size]) => [name, size.keys])).toEqual([['g1.2', kept]]);
    expect(complete).toBe(true);
    expect(await next.checkpoints()).toEqual(CHECKPOINTS);
    expect((await loadOne(next, B)).erased).toBe(true);
  });

  it('leaves the live generation and a fed one alone', async () => {
    const directory = now.bench.directory();
    const keys = await fill(now.store, 3);
    await now.bench.pointer().switch(null, 'g1');
    expect(await directory.prune('g1')).toEqual({ kind: 'live' });
    await now.bench.pointer().switch('g1', 'g2');
    await directory.register(writer());
    expect(await directory.prune('g1')).toMatchObject({ kind: 'fed', by: { id: 'one', pid: 7 } });
    expect(await now.store.checkpoints()).toEqual(CHECKPOINTS);
    await directory.leave(writer());
    expect(await directory.prune('g1')).toEqual({ kind: 'pruned', keys });
  });

  it('ended half way leaves no checkpoint that speaks of removed records, and goes on later', async () => {
    await fill(now.store, 600);
    const directory = now.bench.directory();
    const killed = (): never => {
      throw new Error('killed');
    };
    await directory.prune('g1', { onProgress: killed }).catch(() => undefined);
    expect(await now.store.checkpoints()).toEqual(new Map());
    expect((await directory.prune('g1')).kind).toBe('pruned');
    expect((await directory.measure(10_000)).generations).toEqual(new Map());
  });

  it('tells how large each generation is', async () => {
    const keys = await fill(now.store, 300);
    const { generations } = await now.bench.directory().measure(10_000);
    expect(generations.get('g1')?.keys).toBe(keys);
    const { bytes } = generations.get('g1')!;
    if (bytes !== null) expect(bytes / keys).toBeGreaterThan(20);
  });
}
