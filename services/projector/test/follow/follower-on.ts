import { type Entry } from '@portal/projection';
import { createLogger, createMetricsRegistry, type Logger } from '@portal/runtime';
import { type DocumentStore } from '@portal/stores';
import { type SourceBatch } from '@portal/streams';
import { aUsage, type StoreBench } from '@portal/testkit';
import { createFollower } from '../../src/follow/follower.ts';
import { createFreshnessWatch } from '../../src/follow/freshness.ts';
import { createProjectorMetrics } from '../../src/metrics/metrics.ts';
import { createOwned } from '../../src/follow/owned.ts';
import { createStoreCheck } from '../../src/store/store-check.ts';
import { type StormWatch } from '../../src/follow/storms.ts';
import { applierOn, batchOf, expectFolded, recordOf } from '../harness.ts';

/** A follower over a store, as the process makes it. */
export function followerOn(
  store: DocumentStore,
  now = applierOn(store).now,
  logger: Logger = createLogger({ service: 'test', level: 'silent' }),
  storms: StormWatch | null = null,
) {
  const stopping = new AbortController();
  const storeCheck = createStoreCheck(store);
  const applier = { ...applierOn(store), now, checkStore: () => storeCheck.check() };
  const owned = createOwned(600_000, now);
  const fatal: string[] = [];
  const metrics = createProjectorMetrics(createMetricsRegistry('test'));
  let failures = 0;
  const follower = createFollower({
    ...applier,
    logger,
    metrics: {
      ...metrics,
      retried: (why) => {
        failures += 1;
        metrics.retried(why);
      },
    },
    stopping: stopping.signal,
    storeCheck,
    fatal: (reason) => fatal.push(reason),
    owned,
    freshness: createFreshnessWatch(),
    trimmed: { take: () => Promise.resolve(), before: () => Promise.resolve() },
    storms,
  });
  return {
    follower,
    states: applier.states,
    owned,
    fatal,
    /** How often a batch or a start failed so far. */
    failures: () => failures,
    stop: () => {
      stopping.abort();
    },
  };
}

/** Usage of one customer, from one offset on. */
export const usageBatch = (count: number, from = 0): SourceBatch =>
  batchOf(
    Array.from({ length: count }, (_, index) =>
      recordOf({
        kind: 'event',
        at: { family: 'usage', partition: 0, offset: from + index },
        event: aUsage({}, { event_id: `id-${from + index}` }),
      }),
    ),
  );

export const noAlive = () => Promise.resolve();
export const foldedTo = async (store: DocumentStore) =>
  (await store.checkpoints()).get('usage/0')?.next;

/** The store holds what a fresh fold makes of these batches: records and documents, whole. */
export const expectBatches = (bench: StoreBench, ...batches: readonly SourceBatch[]) =>
  expectFolded(
    bench,
    batches.map(({ records }) =>
      records.flatMap(({ family, partition, offset, decoded }): Entry[] =>
        decoded.kind === 'event'
          ? [{ kind: 'event', at: { family, partition, offset }, event: decoded.event }]
          : [],
      ),
    ),
  );
