import { createMemoryDatabase } from '@portal/stores';
import { memoryBench } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { expectBatches, followerOn, foldedTo, noAlive, usageBatch } from './follower-on.ts';
import { GENERATION } from '../harness.ts';

describe('what is read again', () => {
  const START = 1_795_000_000_000;
  const SLACK = 600_000;

  it('is at a start what was folded in the last slack, each time until it is longer ago', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const clock = { now: START };
    const startNow = async () => {
      const { follower, owned } = followerOn(store, () => clock.now);
      const committed = (await foldedTo(store)) ?? null;
      const starts = await follower.assigned([{ family: 'usage', partition: 0, committed }]);
      return { follower, owned, start: starts.get('usage/0') };
    };
    const { follower } = await startNow();
    for (const from of [0, 10, 20, 30]) {
      await follower.take([usageBatch(10, from)], noAlive);
      clock.now += SLACK / 2;
    }
    // Folded at 0, 5, 10 and 15 minutes: the replay window moved once, at 10.
    const second = await startNow();
    expect(second.start).toEqual({ next: 40, from: 0 });
    await second.follower.take([usageBatch(40, 0)], noAlive);
    expect((await startNow()).start).toEqual({ next: 40, from: 0 });

    await second.follower.take([usageBatch(10, 40)], noAlive);
    const third = await startNow();
    expect(third.start).toEqual({ next: 50, from: 20 });
    expect(third.owned.positions()).toEqual(new Map([['usage/0', 20]]));
    await third.follower.take([usageBatch(20, 20)], noAlive);
    expect(third.owned.positions()).toEqual(new Map([['usage/0', 40]]));
    await expectBatches(bench, usageBatch(50));
  });
});

describe('a record that went back under a checkpoint that did not', () => {
  it.each(['state cached', 'state dropped by an error before'] as const)(
    'is not folded upon, with its %s',
    async (how) => {
      const database = createMemoryDatabase();
      const bench = memoryBench(database);
      const store = bench.store(GENERATION);
      const { follower, states, fatal } = followerOn(store);
      await follower.assigned([{ family: 'usage', partition: 0, committed: null }]);
      const { records } = database.generations.get(GENERATION)!;
      await follower.take([usageBatch(1)], noAlive);
      const older = structuredClone([...records]);
      await follower.take([usageBatch(2, 1)], noAlive);

      for (const [ref, record] of older) records.set(ref, record);
      if (how !== 'state cached') states.clear();
      expect(await follower.take([usageBatch(1, 3)], noAlive)).toBe('stop');
      expect(fatal).toEqual([
        'the store lost data: a record was at usage/0@2, now it is at usage/0@0',
      ]);
      await expectBatches(bench, usageBatch(1));
    },
  );
});

describe('a store that lost its data', () => {
  it('is not folded upon: the process ends, and the next one starts from what the store has', async () => {
    const database = createMemoryDatabase();
    const bench = memoryBench(database);
    const store = bench.store(GENERATION);
    const { follower, fatal } = followerOn(store);
    await follower.assigned([{ family: 'usage', partition: 0, committed: null }]);
    expect(await follower.take([usageBatch(3)], noAlive)).toBe('commit');

    database.generations.clear();
    Object.assign(store, bench.store(GENERATION));
    expect(await follower.take([usageBatch(1, 3)], noAlive)).toBe('stop');
    expect(fatal).toEqual(['the store lost data: usage/0 was folded up to 3, now it says 0']);
    expect(database.generations.get(GENERATION)?.records).toEqual(new Map());

    const again = followerOn(store).follower;
    const starts = await again.assigned([{ family: 'usage', partition: 0, committed: 4 }]);
    expect(starts.get('usage/0')).toEqual({ next: 0, from: 0 });
  });
});
