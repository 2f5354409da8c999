import { type StormCause } from '../../src/index.ts';
import { describe, expect, it } from '@jest/globals';
import { A, B, customer, entry, type Subject } from './subject.ts';

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

  it('goes on behind a place, whether or not something is parked there', async () => {
    await now.store.park([
      ...[entry(99, { partition: 9 }), entry(2 ** 52, { partition: 9 })],
      ...[entry(1, { partition: 10 }), entry(0, { family: 'wallets' })],
    ]);
    const behind = async (partition: number, offset: number, limit = 10) =>
      (await now.store.parked(limit, { family: 'usage', partition, offset })).map(
        (at) => `${at.family}/${at.partition}@${at.offset}`,
      );
    const [big, next, last] = [`usage/9@${2 ** 52}`, 'usage/10@1', 'wallets/0@0'];
    expect(await behind(9, 99)).toEqual([big, next, last]);
    expect(await behind(9, 100, 2)).toEqual([big, next]);
    expect(await behind(9, 2 ** 52)).toEqual([next, last]);
    expect(await behind(10, 1)).toEqual([last]);
    expect(await behind(11, 0)).toEqual([last]);
    expect(await now.store.parked(10, { family: 'wallets', partition: 0, offset: 0 })).toEqual([]);
  });

  it('remembers the first and the last time an entry was seen, in whatever order they come', async () => {
    await now.store.park([entry(1, { seenAt: 2000 })]);
    await now.store.park([entry(1, { seenAt: 3000, code: 'fold_failed' })]);
    await now.store.park([
      entry(1, { seenAt: 999 }),
      entry(1, { seenAt: 2500, code: 'too_large' }),
    ]);
    expect(await now.store.parkedCount()).toBe(1);
    expect((await now.store.parked(10))[0]).toMatchObject({
      firstSeen: 999,
      lastSeen: 3000,
      code: 'too_large',
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

  it('tells of each entry whether it is new, so that reading again counts nothing twice', async () => {
    expect(await now.store.park([entry(1), entry(2)])).toEqual([true, true]);
    expect(await now.store.park([entry(2), entry(3), entry(3)])).toEqual([false, true, false]);
    expect(await now.store.park([])).toEqual([]);
  });

  it('gives those of one partition page by page, and counts those of one family', async () => {
    const offsets = [0, 7, 8, 100, 2 ** 52];
    await now.store.park([
      ...offsets.map((offset) => entry(offset, { schema_id: 3 })),
      ...[entry(7, { partition: 1 }), entry(9, { partition: 10 }), entry(7, { family: 'wallets' })],
    ]);
    const page = async (from: number, limit: number) =>
      (await now.store.parkedPage({ family: 'usage', partition: 0 }, from, limit)).map(
        ({ offset, schema_id }) => [offset, schema_id],
      );
    expect(await page(0, 10)).toEqual(offsets.map((offset) => [offset, 3]));
    expect(await page(0, 2)).toEqual([
      [0, 3],
      [7, 3],
    ]);
    expect(await page(8, 2)).toEqual([
      [8, 3],
      [100, 3],
    ]);
    expect(await page(2 ** 52 + 1, 2)).toEqual([]);
    expect(await now.store.parkedCount('usage')).toBe(7);
    expect(await now.store.parkedCount('wallets')).toBe(1);
    expect(await now.store.parkedCount('customers')).toBe(0);
  });

  describe('of a storm', () => {
    const cause: StormCause = {
      ...{ family: 'usage', partition: 2, code: 'contract_invalid', field: 'usage.value' },
    };

    it('are one entry that grows, however often they are added', async () => {
      expect(await now.store.storms()).toEqual([]);
      expect(await now.store.addToStorm(cause, [105, 107], 1000)).toBe(true);
      expect(await now.store.addToStorm(cause, [105, 107, 2 ** 52], 2000)).toBe(false);
      expect(await now.store.addToStorm(cause, [107], 3000)).toBe(false);
      expect(await now.store.addToStorm(cause, [], 4000)).toBe(false);
      const storm = { first: 105, last: 2 ** 52, count: 3, firstSeen: 1000, lastSeen: 3000 };
      expect(await now.store.storms()).toEqual([{ ...cause, ...storm }]);
      expect(await now.store.parkedCount()).toBe(0);
    });

    it('stay when others were added since they were read', async () => {
      await now.store.addToStorm(cause, [105], 1000);
      const [read] = await now.store.storms();
      await now.store.addToStorm(cause, [2 ** 52], 2000);
      expect(await now.store.removeStorm(read!)).toBe(false);
      const [grown] = await now.store.storms();
      expect(grown).toMatchObject({ first: 105, last: 2 ** 52, count: 2 });
      expect(await now.store.removeStorm(grown!)).toBe(true);
      expect(await now.store.storms()).toEqual([]);
    });

    it('go from an offset on, and those before it stay', async () => {
      await now.store.addToStorm(cause, [105, 107, 2 ** 52], 1000);
      const [read] = await now.store.storms();
      expect(await now.store.removeStorm({ ...cause, last: 107 }, 106)).toBe(false);
      expect(await now.store.storms()).toEqual([read]);
      expect(await now.store.removeStorm(read!, 2 ** 50)).toBe(true);
      const cut = { ...read!, last: 2 ** 50 - 1 };
      expect(await now.store.storms()).toEqual([cut]);
      // Later ones are added to what is left.
      await now.store.addToStorm(cause, [2 ** 50 - 1, 2 ** 52], 2000);
      expect(await now.store.storms()).toEqual([
        { ...read!, last: 2 ** 52, count: 4, lastSeen: 2000 },
      ]);
      expect(await now.store.removeStorm({ ...cause, last: 2 ** 52 }, 105)).toBe(true);
      expect(await now.store.storms()).toEqual([]);
      expect(await now.store.removeStorm({ ...cause, last: 2 ** 52 }, 106)).toBe(true);
      expect(await now.store.storms()).toEqual([]);
    });

    it('are told apart by cause, listed in order and removed alone', async () => {
      const causes = [
        { ...cause, family: 'customers' as const },
        { ...cause, field: null },
        { ...cause, schema_id: 7 },
        { ...cause, partition: 10 },
      ];
      for (const each of [...causes].reverse()) await now.store.addToStorm(each, [1], 1000);
      const listed = async () =>
        (await now.store.storms()).map(({ family, partition, schema_id, field }) => [
          ...[family, partition, schema_id, field],
        ]);
      expect(await listed()).toEqual([
        ['customers', 2, undefined, 'usage.value'],
        ['usage', 2, undefined, null],
        ['usage', 2, 7, 'usage.value'],
        ['usage', 10, undefined, 'usage.value'],
      ]);
      expect(await now.store.removeStorm({ ...causes[1]!, last: 1 })).toBe(true);
      expect(await now.store.removeStorm({ ...causes[1]!, last: 1 })).toBe(true);
      expect(await listed()).toHaveLength(3);
      expect(await now.bench.store('g2').storms()).toEqual([]);
    });
  });

  it('counts the customers with too many of them once each, until they are erased', async () => {
    await now.store.markBeyond([A, B], true);
    await now.store.markBeyond([B], true);
    expect(await now.store.beyondCount()).toBe(2);
    await now.store.markBeyond([B], false);
    expect(await now.store.beyondCount()).toBe(1);
    await now.store.erase([A]);
    expect(await now.store.beyondCount()).toBe(0);
  });

  it('names the first of the customers with too many of them, however many there are', async () => {
    const many = Array.from({ length: 1_500 }, (_, n) => customer(n));
    expect(await now.store.beyond(10)).toEqual([]);
    await now.store.markBeyond([...many].reverse(), true);
    expect(await now.store.beyond(3)).toEqual(many.slice(0, 3));
    expect(await now.store.beyond(2_000)).toEqual(many);
    expect(await now.store.beyond(0)).toEqual([]);
    expect(await now.bench.store('g2').beyond(10)).toEqual([]);
  });

  it('belong to one generation', async () => {
    await now.store.park([entry(1)]);
    const next = now.bench.store('g2');
    expect(await next.parkedCount()).toBe(0);
    await next.unpark([entry(1)]);
    expect(await now.store.parkedCount()).toBe(1);
  });
}
