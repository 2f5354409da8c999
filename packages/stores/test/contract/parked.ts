import { expect, it } from '@jest/globals';
import { A, entry, type Subject } from './subject.ts';

export function parkedLaws(now: Subject): void {
  it('brings entries back whole, whatever the texts', async () => {
    const odd = entry(7, { key: ' {"k"}\n', ref: A, reason: '1 2 {x} \0 😀', field: null });
    await now.store.park([odd]);
    const { seenAt, ...rest } = odd;
    expect(await now.store.parked(10)).toEqual([{ ...rest, firstSeen: seenAt, lastSeen: seenAt }]);
  });

  it('lists by family, partition and offset as numbers, up to the limit', async () => {
    const places = [
      ['wallets', 0, 1],
      ['usage', 10, 1],
      ['usage', 9, 100],
      ['usage', 9, 99],
      ['customers', 3, 5],
    ] as const;
    await now.store.park(
      places.map(([family, partition, offset]) => entry(offset, { family, partition })),
    );
    const listed = async (limit: number) =>
      (await now.store.parked(limit)).map((at) => [at.family, at.partition, at.offset]);
    expect(await listed(10)).toEqual([...places].reverse());
    expect(await listed(2)).toEqual([...places].reverse().slice(0, 2));
    expect(await listed(0)).toEqual([]);
    expect(await now.store.parkedCount()).toBe(5);
  });

  it('remembers the first and the last time an entry was seen, in whatever order they come', async () => {
    await now.store.park([entry(1, { seenAt: 2000 })]);
    await now.store.park([entry(1, { seenAt: 3000, code: 'fold_failed' })]);
    await now.store.park([entry(1, { seenAt: 999 }), entry(1, { seenAt: 2500, code: 'newest' })]);
    expect(await now.store.parkedCount()).toBe(1);
    expect((await now.store.parked(10))[0]).toMatchObject({
      firstSeen: 999,
      lastSeen: 3000,
      code: 'newest',
    });
  });

  it('forgets what is unparked, and starts afresh when it is parked again', async () => {
    await now.store.park([entry(1), entry(2)]);
    await now.store.unpark([
      { family: 'usage', partition: 0, offset: 1 },
      { family: 'usage', partition: 5, offset: 2 },
    ]);
    expect((await now.store.parked(10)).map(({ offset }) => offset)).toEqual([2]);
    await now.store.park([entry(1, { seenAt: 5000 })]);
    expect((await now.store.parked(1))[0]).toMatchObject({ firstSeen: 5000, lastSeen: 5000 });
  });

  it('belong to one generation', async () => {
    await now.store.park([entry(1)]);
    const next = now.bench.store('g2');
    expect(await next.parkedCount()).toBe(0);
    await next.unpark([entry(1)]);
    expect(await now.store.parkedCount()).toBe(1);
  });
}
