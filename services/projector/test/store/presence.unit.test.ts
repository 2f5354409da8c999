import { createLogger, createMetricsRegistry } from '@portal/runtime';
import { type StoreDirectory, StoreUnavailable, type Writer } from '@portal/stores';
import { memoryBench, type StoreBench, until } from '@portal/testkit';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { presenceGauges } from '../../src/metrics/presence-gauges.ts';
import { createPresence, type PresenceOptions } from '../../src/store/presence.ts';

const logger = createLogger({ service: 'test', level: 'silent' });

const self = (over: Partial<Writer> = {}) => ({
  ...{ id: 'me', generation: 'g2', topicPrefix: 'billing', host: 'here', pid: 1 },
  ...{ startedAt: 1_795_000_000_000, ...over },
});

describe('a projector among those that write to a store', () => {
  let bench: StoreBench;
  let directory: StoreDirectory;
  let stopping: AbortController;
  beforeEach(() => {
    bench = memoryBench();
    directory = bench.directory();
    stopping = new AbortController();
  });

  const presenceOf = (over: Partial<PresenceOptions> = {}) =>
    createPresence({
      directory,
      self: self(),
      clusterId: () => Promise.resolve('kafka-a'),
      orphanLive: false,
      logger,
      stopping: stopping.signal,
      told: () => undefined,
      patienceMs: 0,
      ...over,
    });

  const other = (over: Partial<Writer> = {}): Writer => ({
    ...{
      ...self(),
      id: 'other',
      generation: 'g1',
      clusterId: 'kafka-a',
      group: 'any',
      host: 'there',
    },
    ...over,
  });

  it('follows in a group of topics, store and generation', async () => {
    const admitted = await presenceOf().enter();
    const { identity } = await directory.snapshot();
    expect(admitted).toEqual({ kind: 'admitted', group: `billing.${identity}.g2` });
    expect((await memoryBench().directory().identity()) === identity).toBe(false);
  });

  it.each([
    [
      'topics',
      { topicPrefix: 'billing-eu' },
      /billing-eu\.\* of Kafka cluster kafka-a .*billing\.\*/,
    ],
    ['a Kafka', { clusterId: 'kafka-b' }, /of Kafka cluster kafka-b .* cluster kafka-a/],
  ])('does not start in a store of other %s, and names both sides', async (_, over, both) => {
    await directory.register(other(over));
    const refused = await presenceOf().enter();
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringMatching(both) });
    expect(refused).toMatchObject({ reason: expect.stringContaining('on there') });
    expect(refused).toMatchObject({ reason: expect.stringContaining('on here') });
    expect((await directory.snapshot()).writers).toHaveLength(1);
  });

  it('does not start when nobody would feed the live generation, and says what to do', async () => {
    await bench.pointer().switch(null, 'g1');
    const refused = await presenceOf().enter();
    expect(refused).toMatchObject({ kind: 'refused', reason: expect.stringContaining('g1') });
    expect(refused).toMatchObject({ reason: expect.stringContaining('--orphan-live') });
    expect((await directory.snapshot()).writers).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, Partial<PresenceOptions>]>([
    ['nothing is live yet', () => Promise.resolve(), {}],
    ['its own is live', () => bench.pointer().switch(null, 'g2'), {}],
    ['the live one is fed', () => liveAnd(() => directory.register(other())), {}],
    ['it is told to', () => liveAnd(() => Promise.resolve()), { orphanLive: true }],
  ])('starts when %s', async (_, given, over) => {
    await given();
    expect(await presenceOf(over).enter()).toMatchObject({ kind: 'admitted' });
  });

  async function liveAnd(then: () => Promise<unknown>): Promise<void> {
    await bench.pointer().switch(null, 'g1');
    await then();
  }

  it('waits a while for the feeder of the live generation, which may start at the same time', async () => {
    await bench.pointer().switch(null, 'g1');
    const entering = presenceOf({ patienceMs: 60_000 }).enter();
    await directory.register(other());
    expect(await entering).toMatchObject({ kind: 'admitted' });
  });

  it('waits for a store that is away, and stops waiting when asked to', async () => {
    let asked = 0;
    const away: StoreDirectory = {
      ...directory,
      identity: () => {
        asked += 1;
        return Promise.reject(new StoreUnavailable('away'));
      },
    };
    const entering = presenceOf({ directory: away }).enter();
    await until('it tries again', () => asked > 1);
    stopping.abort();
    expect(await entering).toEqual({ kind: 'stopped' });
  });

  it('ends when the store loses its identity or gets another one', async () => {
    const presence = presenceOf();
    await presence.enter();
    expect(await presence.beat()).toBeNull();
    const adopted = await directory.adopt();
    expect(await presence.beat()).toContain(adopted);
    const emptied = presenceOf({
      directory: {
        ...directory,
        register: async (writer) => {
          const registered = await directory.register(writer);
          return { ...registered, snapshot: { ...registered.snapshot, identity: null } };
        },
      },
    });
    await emptied.enter();
    expect(await emptied.beat()).toContain('emptied');
  });

  it('ends when the store comes to hold another log', async () => {
    const presence = presenceOf();
    await presence.enter();
    await presence.leave();
    await directory.forget('g2');
    await directory.register(other({ topicPrefix: 'billing-eu' }));
    expect(await presence.beat()).toContain('billing-eu');
  });

  it('lets a beat that the store does not hear pass: who folds says that it is away', async () => {
    let isAway = false;
    const presence = presenceOf({
      directory: {
        ...directory,
        register: (writer) =>
          isAway ? Promise.reject(new StoreUnavailable('away')) : directory.register(writer),
      },
    });
    await presence.enter();
    isAway = true;
    expect(await presence.beat()).toBeNull();
  });

  it('tells in a gauge whether the live generation is fed', async () => {
    const registry = createMetricsRegistry('test');
    const tell = presenceGauges(registry, logger);
    const gauge = async () => {
      tell(await directory.snapshot());
      const metric = await registry.getSingleMetric('portal_projector_live_generation_fed')?.get();
      return metric?.values[0]?.value;
    };
    expect(await gauge()).toBeNaN();
    await bench.pointer().switch(null, 'g1');
    expect(await gauge()).toBe(0);
    await directory.register(other());
    expect(await gauge()).toBe(1);
  });
});
