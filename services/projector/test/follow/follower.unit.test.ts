import { type PartitionName } from '@portal/projection';
import { type DocumentStore, type Checkpoint } from '@portal/stores';
import { type SourceBatch } from '@portal/streams';
import { aCustomer, aUsage, failNth, memoryBench, until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { UNEXPECTED_MAX } from '../../src/follow/follower.ts';
import { expectBatches, followerOn, foldedTo, noAlive, usageBatch } from './follower-on.ts';
import { batchOf, GENERATION, memoryStore, recordOf } from '../harness.ts';

/** A store whose writes fail with an error that nobody foresaw. */
const brokenStore = (): DocumentStore => ({
  ...memoryStore(),
  apply: () => Promise.reject(new TypeError('a mistake of ours')),
});

/** One record of each of many customers. */
const manyCustomers = (count: number): SourceBatch =>
  batchOf(
    Array.from({ length: count }, (_, offset) =>
      recordOf({
        ...{ kind: 'event', at: { family: 'usage', partition: 0, offset } },
        event: aUsage({}, { event_id: `u-${offset}`, customer_id: `c-${offset}` as never }),
      }),
    ),
  );

describe('a batch', () => {
  it('is folded, its checkpoint set behind it, and committed', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const batch = usageBatch(3);
    expect(await followerOn(store).follower.batch(batch, noAlive)).toBe('commit');
    expect(await foldedTo(store)).toBe(3);
    await expectBatches(bench, batch);
  });

  it('is folded in slices, with a sign of life before each, and one checkpoint behind all', async () => {
    const advancedTo: (number | undefined)[] = [];
    const bench = memoryBench();
    const inner = bench.store(GENERATION);
    const store: DocumentStore = {
      ...inner,
      advance: (given: ReadonlyMap<PartitionName, Checkpoint>) => {
        advancedTo.push(given.get('usage/0')?.next);
        return inner.advance(given);
      },
    };
    let lives = 0;
    const alive = () => {
      lives += 1;
      return Promise.resolve();
    };
    // The batch ends behind its last record: offsets of transaction markers belong to it.
    const batch = { ...manyCustomers(600), next: 5_000 };
    expect(await followerOn(store).follower.batch(batch, alive)).toBe('commit');
    expect(advancedTo).toEqual([5_000]);
    expect(lives).toBe(3);
  });

  it('ends between two slices when the process is asked to stop; given again it is folded to its end', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const batch = manyCustomers(600);
    const stopped = followerOn(store);
    let lives = 0;
    const stopping = () => {
      lives += 1;
      if (lives === 2) stopped.stop();
      return Promise.resolve();
    };
    expect(await stopped.follower.batch(batch, stopping)).toBe('stop');
    expect([await foldedTo(store), stopped.fatal]).toEqual([undefined, []]);
    expect(await followerOn(store).follower.batch(batch, noAlive)).toBe('commit');
    await expectBatches(bench, batch);
  });

  it('without a record moves the checkpoint all the same', async () => {
    const store = memoryStore();
    const batch: SourceBatch = { family: 'usage', partition: 0, from: 4, next: 9, records: [] };
    expect(await followerOn(store).follower.batch(batch, noAlive)).toBe('commit');
    expect(await foldedTo(store)).toBe(9);
  });

  it('is asked for again while the store is away, at whichever call, and ends the same', async () => {
    const batch = usageBatch(3);
    let fired = true;
    let tried = 0;
    for (let nth = 1; fired; nth += 1) {
      const bench = memoryBench();
      const store = failNth(bench.store(GENERATION), nth, 'after');
      const { follower, states, fatal } = followerOn(store);
      const first = await follower.batch(batch, noAlive);
      fired = store.fired();
      expect(first).toBe(fired ? 'retry' : 'commit');
      if (fired) {
        expect(states.size).toBe(0);
        expect(await follower.batch(batch, noAlive)).toBe('commit');
        tried += 1;
      }
      expect([await foldedTo(bench.store(GENERATION)), fatal]).toEqual([3, []]);
      await expectBatches(bench, batch);
    }
    expect(tried).toBe(5);
  });

  it('that keeps failing in a way nobody foresaw ends the process, not before', async () => {
    const { follower, fatal, failures, stop } = followerOn(brokenStore());
    const waiting = Array.from({ length: UNEXPECTED_MAX }, () =>
      follower.batch(usageBatch(1), noAlive),
    );
    await until('all to fail', () => failures() === UNEXPECTED_MAX);
    expect(fatal).toEqual([]);
    waiting.push(follower.batch(usageBatch(1), noAlive));
    await until('one more to fail', () => failures() === UNEXPECTED_MAX + 1);
    expect(fatal).toEqual(['folding usage/0@0 keeps failing: TypeError: a mistake of ours']);
    stop();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['stop']));
  });

  it('that keeps failing ends the process though other partitions go on, whose states stay', async () => {
    const inner = memoryStore();
    const isPoisoned = (text: string): boolean => text.includes('poisoned');
    const { follower, states, fatal, failures, stop } = followerOn({
      ...inner,
      apply: (changes) => {
        if (changes.some(({ ref }) => isPoisoned(ref))) throw new TypeError('a mistake of ours');
        return inner.apply(changes);
      },
    });
    const poisoned = batchOf([
      recordOf({
        ...{ kind: 'event', at: { family: 'usage', partition: 1, offset: 0 } },
        event: aUsage({}, { event_id: 'p', customer_id: 'poisoned' as never }),
      }),
    ]);
    const waiting: Promise<unknown>[] = [];
    for (let n = 0; n <= UNEXPECTED_MAX; n += 1) {
      expect(fatal).toEqual([]);
      waiting.push(follower.batch(poisoned, noAlive));
      expect(await follower.batch(usageBatch(1, n), noAlive)).toBe('commit');
      await until('it to fail', () => failures() === n + 1);
      expect(states.size).toBe(1);
    }
    expect(fatal).toEqual(['folding usage/1@0 keeps failing: TypeError: a mistake of ours']);
    stop();
    await Promise.all(waiting);
  });

  it('is left alone once the process is asked to stop', async () => {
    const store = memoryStore();
    const { follower, stop } = followerOn(store);
    stop();
    expect(await follower.batch(usageBatch(3), noAlive)).toBe('stop');
    expect(await foldedTo(store)).toBeUndefined();
  });
});

describe('where partitions start', () => {
  const at = (committed: number | null) => [{ family: 'usage' as const, partition: 0, committed }];
  const checkpointsAt = (next: number): ReadonlyMap<PartitionName, Checkpoint> =>
    new Map([['usage/0', { next, occurredAt: null }]]);

  it('is told once the store answers', async () => {
    const store = memoryStore();
    await store.advance(checkpointsAt(7));
    const { follower } = followerOn(failNth(store, 1));
    expect([...(await follower.assigned(at(9)))]).toEqual([['usage/0', { next: 7, from: 7 }]]);
  });

  it('is left open when the process stops while the store is away', async () => {
    const away = { ...memoryStore(), checkpoints: () => Promise.reject(new Error('away')) };
    const { follower, stop } = followerOn(away);
    const assigned = follower.assigned(at(9));
    stop();
    expect([...(await assigned)]).toEqual([]);
  });
});

describe('cached states', () => {
  it.each(['assigned', 'revoked'] as const)('go when partitions are %s', async (what) => {
    const { follower, states } = followerOn(memoryStore());
    const record = recordOf({
      kind: 'event',
      at: { family: 'customers', partition: 0, offset: 0 },
      event: aCustomer(),
    });
    await follower.batch(batchOf([record]), noAlive);
    expect(states.size).toBe(1);
    await follower[what]([]);
    expect(states.size).toBe(0);
  });
});
