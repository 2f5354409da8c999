import { createLogger, createMetricsRegistry } from '@portal/runtime';
import { DEFAULT_SETTINGS, type Family } from '@portal/projection';
import {
  createMemoryDatabase,
  createMemoryPointer,
  createMemoryReader,
  createMemoryStore,
  type DocumentStore,
  StoreUnavailable,
} from '@portal/stores';
import { type EventSource, type Follower, type Held, type PartitionRange } from '@portal/streams';
import { describe, expect, it } from '@jest/globals';
import { startProjector } from '../../src/projector.ts';
import { type Goal } from '../../src/health/pulse.ts';
import { batchOf, GENERATION, recordOf } from '../harness.ts';
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
  const missing: Family[] = [];
  const source: EventSource = {
    partitions: () => {
      asked.times += 1;
      return asked.answer.then(() => ({ ranges, missing }));
    },
    read: () => {
      throw new Error('not read');
    },
    follow: (follower) => {
      given.follower = follower;
      return Promise.resolve({
        stop: () => Promise.resolve(),
        ended: new Promise(() => undefined),
        held: () => now.held,
      });
    },
    oldest: () => Promise.resolve(new Map()),
    decisions: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  };
  const database = createMemoryDatabase();
  const memory = createMemoryStore({ generation: GENERATION, database });
  const pointer = createMemoryPointer({ database });
  const reader = createMemoryReader({ database });
  const now = {
    held: [] as readonly Held[],
    goal: 'building' as Goal,
    refuses: null as Error | null,
  };
  const store: DocumentStore = {
    ...memory,
    refresh: (told) => (now.refuses ? Promise.reject(now.refuses) : memory.refresh(told)),
  };
  const registry = createMetricsRegistry('test');
  const projector = await startProjector({
    ...{ source, store, pointer, settings: DEFAULT_SETTINGS, now: () => clock.now },
    goal: () => now.goal,
    logger: createLogger({ service: 'test', level: 'silent' }),
    registry,
    ended: (reason) => {
      throw new Error(reason);
    },
    ...{ heals: false, presence: null },
  });
  return {
    asked,
    projector,
    ...{ now, pointer, ranges, missing, reader },
    gauge: async (name: string) =>
      (await registry.getSingleMetricAsString(`portal_projector_${name}`)).trim(),
    clock,
    follower: given.follower!,
    isReady: async () => (await projector.readiness()).ready,
    reason: async () => JSON.stringify(await projector.readiness()),
    why: async () => {
      const answer = await projector.readiness();
      return answer.ready ? 'ready' : answer.reason;
    },
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
    await follower.take([usageUpTo(0, END)], alive);
    expect(await isReady()).toBe(true);
    clock.now += 61_000;
    expect(await isReady()).toBe(true);

    await follower.revoked(['usage/0']);
    await follower.assigned([at(0), at(1)]);
    await follower.take([usageUpTo(0, END)], alive);
    expect(await isReady()).toBe(true);
    clock.now += 61_000;
    expect(await reason()).toContain('usage/1 has stood at 0 of 5 for 61 s');
  });

  it('is not ready before it has a place among them; a spare one without partitions is', async () => {
    const { follower, why, gauge } = await aMember();
    expect(await why()).toBe('joining');
    expect(await gauge('partitions_owned')).toMatch(/ Nan$/i);
    await follower.assigned([]);
    expect(await why()).toBe('ready');
    expect(await gauge('partitions_owned')).toMatch(/ 0$/);
    await follower.revoked([]);
    expect(await why()).toBe('joining');
  });

  it('is ready while it reads again what was folded, though its checkpoint stands', async () => {
    const { clock, follower, isReady } = await aMember();
    await follower.assigned([at(0)]);
    await follower.take([usageUpTo(0, 4)], alive);
    await follower.revoked(['usage/0']);
    await follower.assigned([at(0)]);
    for (const end of [1, 2, 3]) {
      await follower.take([usageUpTo(0, end)], alive);
      expect(await isReady()).toBe(true);
      clock.now += 59_000;
    }
    clock.now += 2_000;
    expect(await isReady()).toBe(false);
  });
});

describe('while the source is away', () => {
  it('it is asked once for all who want to know, and the reason is told', async () => {
    const { asked, projector, follower, gauge } = await aMember();
    const lag = () => gauge('lag_records');
    await follower.assigned([at(0)]);
    expect(await projector.readiness()).toEqual({ ready: true });
    expect(await lag()).toMatch(/ 5$/m);
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
    expect(await gauge('oldest_unfolded_seconds')).toMatch(/ Nan$/i);

    asked.answer = Promise.resolve();
    expect(await projector.readiness()).toEqual({ ready: true });
  });
});

describe('readiness is the truth about now', () => {
  it('a partition that waits is told at once, and no longer than it waits', async () => {
    const { follower, now, reason, why, gauge } = await aMember();
    await follower.assigned([at(0), at(1)]);
    now.held = [
      { ...at(1), why: 'follower_failed', detail: 'later', since: 9 },
      { ...at(0), why: 'registry_away', detail: 'the registry is not reached', since: 5 },
    ];
    expect(await reason()).toContain(
      'usage/0 and 1 more cannot go on (registry_away): the registry is not reached',
    );
    expect(await why()).toBe('held');
    const held = await gauge('partitions_held');
    expect(held).toMatch(/why="registry_away"[^ ]* 1$/m);
    expect(held).toMatch(/why="unreadable"[^ ]* 0$/m);
    now.held = [];
    expect(await why()).toBe('ready');
  });

  it('a topic that is not there is named, nothing of it is at its end, and the others are judged', async () => {
    const { follower, now, ranges, missing, why, reason, gauge, reader, pointer } = await aMember();
    const gone = { family: 'wallets' as const, partition: 0, committed: null };
    await follower.assigned([at(0), gone]);
    await follower.take([usageUpTo(0, END)], alive);
    ranges.push({ ...gone, begin: 0, end: 0 });
    expect(await why()).toBe('ready');
    expect(await gauge('lag_records')).toMatch(/family="wallets"[^ ]* 0$/m);
    await pointer.switch(null, GENERATION);
    ranges.pop();
    missing.push('wallets');
    expect(await reason()).toContain('topics are not there: wallets; setup makes them');
    expect(await why()).toBe('source_unavailable');
    const lag = await gauge('lag_records');
    expect(lag).toMatch(/family="wallets"[^ ]* Nan$/im);
    expect(lag).toMatch(/family="usage"[^ ]* 0$/m);
    const fresh = await reader.freshness();
    expect(fresh?.get('wallets/0')?.isAtEnd).toBe(false);
    expect(fresh?.get('usage/0')?.isAtEnd).toBe(true);
    now.held = [{ ...gone, why: 'topic_missing', detail: 'setup makes it', since: 5 }];
    expect(await reason()).toContain('wallets/0 cannot go on (topic_missing): setup makes it');
  });

  it('so is a store that answers and takes no writes', async () => {
    const { follower, now, why, reason } = await aMember();
    await follower.assigned([at(0)]);
    now.refuses = new StoreUnavailable('Redis: OOM command not allowed');
    expect(await why()).toBe('store_refuses_writes');
    expect(await reason()).toContain('OOM command not allowed');
    now.refuses = null;
    expect(await why()).toBe('ready');
  });

  it.each<[string, Goal, string | null, string]>([
    ['none is live and it is caught up with', 'building', null, 'ready'],
    ['it is live', 'settled', GENERATION, 'ready'],
    ['another one is live and it will take over', 'taking_over', 'g9', 'ready'],
    ['another one is live and stays so', 'building', 'g9', 'not_live'],
    ['another one took over later', 'settled', 'g9', 'not_live'],
    ['none is live any more', 'settled', null, 'not_live'],
  ])('of its generation: %s', async (_name, goal, live, expected) => {
    const { follower, now, pointer, why, gauge } = await aMember();
    await follower.assigned([at(0)]);
    if (live !== null) await pointer.switch(null, live);
    now.goal = goal;
    expect(await why()).toBe(expected);
    const info = await gauge('generation_info');
    expect(info).toMatch(new RegExp(`generation="${GENERATION}",role="own"[^ ]* 1$`, 'm'));
    if (live === null) expect(info).not.toContain('role="live"');
    else expect(info).toMatch(new RegExp(`generation="${live}",role="live"[^ ]* 1$`, 'm'));
  });
});

describe('how current the documents are', () => {
  const told = async ({ reader, pointer, why }: Awaited<ReturnType<typeof aMember>>) => {
    await why();
    await pointer.switch(null, GENERATION);
    return (await reader.freshness())?.get('usage/0');
  };
  const stamped = (timestamp: number, end: number) => ({
    ...usageUpTo(0, end),
    records: usageUpTo(0, end).records.map((record) => ({ ...record, timestamp })),
  });

  it('is now at the end, however old the events are', async () => {
    const member = await aMember();
    const { clock, follower, gauge } = member;
    clock.now = 5_000_000;
    await follower.assigned([at(0)]);
    await follower.take([stamped(1_000, END)], alive);
    expect(await told(member)).toEqual({ asOf: 5_000_000, isAtEnd: true, seenAt: 5_000_000 });
    expect(await gauge('oldest_unfolded_seconds')).toMatch(/ 0$/);
    clock.now += 60_000;
    expect(await told(member)).toMatchObject({ asOf: 5_060_000, isAtEnd: true });
  });

  it('is not known before anything was read, and is the time of what waits while it is behind', async () => {
    const member = await aMember();
    const { clock, follower, gauge } = member;
    clock.now = 5_000_000;
    await follower.assigned([at(0)]);
    expect(await told(member)).toEqual({ asOf: null, isAtEnd: false, seenAt: 5_000_000 });
    expect(await gauge('oldest_unfolded_seconds')).toMatch(/ Nan$/i);
    await follower.take([stamped(4_970_000, END - 1)], alive);
    expect(await told(member)).toMatchObject({ asOf: 4_970_000, isAtEnd: false });
    expect(await gauge('oldest_unfolded_seconds')).toMatch(/ 30$/);
  });

  it('falls behind from the moment when it last was at the end, also for the next process', async () => {
    const member = await aMember();
    const { clock, follower, ranges } = member;
    clock.now = 5_000_000;
    await follower.assigned([at(0)]);
    await follower.take([stamped(1_000, END)], alive);
    await told(member);
    ranges[0] = { ...ranges[0]!, end: END + 5 };
    clock.now += 20_000;
    expect(await told(member)).toMatchObject({ asOf: 5_000_000, isAtEnd: false });
    await follower.revoked(['usage/0']);
    await follower.assigned([at(0)]);
    clock.now += 20_000;
    expect(await told(member)).toMatchObject({ asOf: 5_000_000, isAtEnd: false });
    expect(await member.gauge('oldest_unfolded_seconds')).toMatch(/ 40$/);
  });
});
