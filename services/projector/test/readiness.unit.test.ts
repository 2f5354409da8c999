import { createLogger, createMetricsRegistry } from '@portal/runtime';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { type EventSource, type Follower, type PartitionRange } from '@portal/streams';
import { describe, expect, it } from '@jest/globals';
import { startProjector } from '../src/projector.ts';
import { batchOf, memoryStore, recordOf } from './harness.ts';
import { aUsage } from '@portal/testkit';

const END = 5;
const at = (partition: number) => ({ family: 'usage' as const, partition, committed: null });

/** A member of a group whose assignments and batches are given by hand. */
async function aMember() {
  const clock = { now: 0 };
  const given: { follower: Follower | null } = { follower: null };
  const asked = { times: 0, answer: Promise.resolve() };
  const ranges: PartitionRange[] = [0, 1].map((partition) => ({
    ...{ family: 'usage', partition, begin: 0, end: END },
  }));
  const source: EventSource = {
    partitions: () => {
      asked.times += 1;
      return asked.answer.then(() => ranges);
    },
    read: () => {
      throw new Error('not read');
    },
    follow: (follower) => {
      given.follower = follower;
      return Promise.resolve({
        stop: () => Promise.resolve(),
        ended: new Promise(() => undefined),
        held: () => [],
      });
    },
    decisions: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const registry = createMetricsRegistry('test');
  const projector = await startProjector({
    ...{ source, store: memoryStore(), settings: DEFAULT_SETTINGS, now: () => clock.now },
    logger: createLogger({ service: 'test', level: 'silent' }),
    registry,
    ended: (reason) => {
      throw new Error(reason);
    },
  });
  return {
    asked,
    projector,
    lag: async () =>
      (await registry.getSingleMetricAsString('portal_projector_lag_records')).trim(),
    clock,
    follower: given.follower!,
    isReady: async () => (await projector.readiness()).ready,
    reason: async () => JSON.stringify(await projector.readiness()),
  };
}

const usageUpTo = (partition: number, end: number) =>
  batchOf(
    Array.from({ length: end }, (_, offset) =>
      recordOf({
        ...{ kind: 'event', at: { family: 'usage', partition, offset } },
        event: aUsage({}, { event_id: `${partition}/${offset}` }),
      }),
    ),
  );
const alive = () => Promise.resolve();

describe('a member of several', () => {
  it('stays ready while a partition of another member stands still', async () => {
    const { clock, follower, isReady, reason } = await aMember();
    await follower.assigned([at(0)]);
    await follower.batch(usageUpTo(0, END), alive);
    expect(await isReady()).toBe(true);
    clock.now += 61_000;
    expect(await isReady()).toBe(true);

    await follower.revoked(['usage/0']);
    await follower.assigned([at(0), at(1)]);
    await follower.batch(usageUpTo(0, END), alive);
    expect(await isReady()).toBe(true);
    clock.now += 61_000;
    expect(await reason()).toContain('usage/1 has stood at 0 of 5 for 61 s');
  });

  it('is not ready for long without a place among them while records wait', async () => {
    const { clock, follower, isReady } = await aMember();
    expect(await isReady()).toBe(true);
    clock.now += 61_000;
    expect(await isReady()).toBe(false);
    await follower.assigned([]);
    expect(await isReady()).toBe(true);
  });

  it('is ready while it reads again what was folded, though its watermark stands', async () => {
    const { clock, follower, isReady } = await aMember();
    await follower.assigned([at(0)]);
    await follower.batch(usageUpTo(0, 4), alive);
    await follower.revoked(['usage/0']);
    await follower.assigned([at(0)]);
    for (const end of [1, 2, 3]) {
      await follower.batch(usageUpTo(0, end), alive);
      expect(await isReady()).toBe(true);
      clock.now += 59_000;
    }
    clock.now += 2_000;
    expect(await isReady()).toBe(false);
  });
});

describe('while the source is away', () => {
  it('it is asked once for all who want to know, and the reason is told', async () => {
    const { asked, projector, lag } = await aMember();
    expect(await projector.readiness()).toEqual({ ready: true });
    expect(await lag()).toMatch(/ 5$/);
    let giveUp: (error: Error) => void = () => undefined;
    asked.times = 0;
    asked.answer = new Promise((_, reject) => {
      giveUp = reject;
    });
    const waiting = [projector.progress(), projector.progress(), projector.readiness()];
    const answers = Promise.allSettled(waiting);
    giveUp(new Error('the source did not answer'));
    expect((await answers).map(({ status }) => status)).toEqual([
      ...['rejected', 'rejected', 'fulfilled'],
    ]);
    expect(await waiting[2]).toEqual({
      ...{ ready: false, reason: 'source_unavailable' },
      detail: 'the source did not answer',
    });
    expect(asked.times).toBe(1);
    expect(await lag()).toMatch(/ Nan$/i);

    asked.answer = Promise.resolve();
    expect(await projector.readiness()).toEqual({ ready: true });
  });
});
