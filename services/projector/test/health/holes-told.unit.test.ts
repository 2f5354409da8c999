import { type Decision, type DecodeError } from '@portal/contracts';
import { DEFAULT_SETTINGS, type Entry } from '@portal/projection';
import { createLogger, createMetricsRegistry } from '@portal/runtime';
import {
  createMemoryDatabase,
  createMemoryPointer,
  type DocumentStore,
  type StormCause,
  StoreUnavailable,
} from '@portal/stores';
import { type Follower } from '@portal/streams';
import { aUsage, memoryBench } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { startProjector } from '../../src/projector.ts';
import { noAlive } from '../follow/follower-on.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { testLog, type TestLog } from '../log-source.ts';

const GARBAGE: DecodeError = { code: 'avro_garbage', field: null, reason: 'no Avro', schema_id: 7 };
const ACCEPTED: Decision = {
  ...{ decision_id: '1', decision_type: 'parked.accepted', decided_at: 1, decided_by: 'ada' },
  reason: 'a test producer',
  parked_accepted: {
    ...{ family: 'usage', partition: 0, code: 'avro_garbage', field: null, schema_id: 7 },
    ...{ first_offset: 0, last_offset: null },
  },
};
const usage = (offset: number): Entry => ({
  ...{ kind: 'event', at: { family: 'usage', partition: 0, offset } },
  event: aUsage({}, { event_id: `id-${offset}` }),
});

/** A projector that is given its batches by hand. */
async function projectorOn(store: DocumentStore, log: TestLog, decided: readonly Decision[] = []) {
  const given: { follower: Follower | null } = { follower: null };
  const registry = createMetricsRegistry('test');
  const projector = await startProjector({
    source: {
      ...log.source,
      follow: (follower) => {
        given.follower = follower;
        return Promise.resolve({
          stop: () => Promise.resolve(),
          ended: new Promise(() => undefined),
          held: () => [],
        });
      },
      decisions: () => Promise.resolve(decided),
      close: () => Promise.resolve(),
    },
    ...{ store, registry, settings: DEFAULT_SETTINGS, now: () => 1_795_000_000_000 },
    logger: createLogger({ service: 'test', level: 'silent' }),
    ended: (reason) => {
      throw new Error(reason);
    },
    ...{
      pointer: createMemoryPointer({ database: createMemoryDatabase() }),
      heals: true,
      presence: null,
    },
    goal: () => 'building',
  });
  const metric = async (name: string) =>
    (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  return { projector, follower: given.follower!, metric };
}

const unreadable = (count: number) => {
  const log = testLog(Array.from({ length: count }, (_, offset) => recordOf(usage(offset))));
  log.refuse = () => GARBAGE;
  return log;
};

describe('what is parked', () => {
  it('is counted once, however often it is read, and told as it is now', async () => {
    const store = memoryBench().store(GENERATION);
    const log = unreadable(150);
    const { projector, follower, metric } = await projectorOn(store, log);
    for (let time = 0; time < 3; time += 1) {
      for (const batch of log.batches()) await follower.take([batch], noAlive);
    }
    expect(await metric('portal_projector_parked_total{')).toEqual([
      expect.stringMatching(/code="avro_garbage".* 150$/),
    ]);
    await projector.readiness();
    const parked = await metric('portal_projector_parked_records{');
    expect(parked).toHaveLength(5);
    expect(parked).toContainEqual(expect.stringMatching(/family="usage".* 150$/));
    expect(await metric('portal_projector_customers_beyond_holes')).toEqual([
      expect.stringMatching(/ 1$/),
    ]);
    expect(await metric('portal_projector_storms')).toEqual(
      ['', '_open', '_lost'].map((of) => expect.stringMatching(`storms${of}[{ ].* ?0$`) as unknown),
    );
    await projector.stop();
  });

  it('is not known, rather than nothing, while the store does not answer', async () => {
    const store = memoryBench().store(GENERATION);
    const down = { ...store, beyondCount: () => Promise.reject(new StoreUnavailable('down')) };
    const { projector, metric } = await projectorOn(down, unreadable(1));
    await projector.readiness();
    for (const name of ['parked_records{', 'customers_beyond_holes', 'storms']) {
      for (const line of await metric(`portal_projector_${name}`)) expect(line).toMatch(/ Nan$/i);
    }
    await projector.stop();
  });
});

describe('a storm', () => {
  const cause: StormCause = {
    ...{ family: 'usage', partition: 0, code: 'avro_garbage', field: null, schema_id: 7 },
  };

  it('keeps a projector from being ready, unless people accepted it', async () => {
    const store = memoryBench().store(GENERATION);
    await store.addToStorm(cause, [5, 9], 1);
    await store.advance(new Map([['usage/0', { next: 1, occurredAt: null }]]));
    const { projector, follower } = await projectorOn(store, unreadable(1));
    await follower.assigned([{ family: 'usage', partition: 0, committed: 1 }]);
    expect(await projector.readiness()).toEqual({
      ready: false,
      reason: 'storm',
      detail: 'usage/0 has a storm: 2 records from 5 to 9 are parked for avro_garbage',
    });
    await projector.stop();
    const accepting = await projectorOn(store, unreadable(1), [ACCEPTED]);
    await accepting.follower.assigned([{ family: 'usage', partition: 0, committed: 1 }]);
    expect(await accepting.projector.readiness()).toEqual({ ready: true });
    await accepting.projector.stop();
  });

  it('is told by who owns its partition alone; by all when nobody can own it', async () => {
    const store = memoryBench().store(GENERATION);
    await store.addToStorm({ ...cause, partition: 1 }, [5, 9], 1);
    const log = testLog([0, 1].map((partition) => recordOf(usage(0), { partition })));
    const why = async (partition: number, decided: readonly Decision[] = []) => {
      const { projector, follower, metric } = await projectorOn(store, log, decided);
      await follower.assigned([{ family: 'usage', partition, committed: 1 }]);
      const readiness = await projector.readiness();
      await projector.stop();
      return [
        readiness.ready ? 'ready' : readiness.detail,
        ...(await metric('portal_projector_storms')),
      ];
    };
    const gauges = (open: number, incomplete: number) =>
      [1, open, incomplete].map((count) => expect.stringMatching(`${count}$`) as unknown);
    const text = 'usage/1 has a storm: 2 records from 5 to 9 are parked for avro_garbage';
    expect(await why(1)).toEqual([text, ...gauges(1, 0)]);
    expect(await why(0)).toEqual(['ready', ...gauges(1, 0)]);
    log.begin = 6;
    expect(await why(1)).toEqual([
      `${text}; those before 6 are lost: the log begins there`,
      ...gauges(1, 1),
    ]);
    log.records.pop();
    for (const own of [0, 2]) {
      expect(await why(own)).toEqual([
        `${text}; they are lost: the log does not hold them any more. Say that you live with that: parked accept usage/1 --code avro_garbage --even-if-gone`,
        ...gauges(1, 1),
      ]);
    }
    const { parked_accepted, ...decision } = ACCEPTED;
    const accepted = { ...decision, parked_accepted: { ...parked_accepted, partition: 1 } };
    expect(await why(0, [accepted])).toEqual(['ready', ...gauges(0, 1)]);
  });
});
