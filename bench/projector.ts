import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SETTINGS, type BillingEvent } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore, type DocumentStore, singleRedis } from '@portal/stores';
import { publish, setUp, type SetUpStep } from '@portal/streams';
import { recordOf } from './events.ts';
import { type BenchProcess, startProcess } from './process.ts';
import { type BenchContext } from './row.ts';

/** A stretch of time in which one process worked without a pause. */
export interface Window {
  readonly events: number;
  readonly seconds: number;
}

export const rateOf = ({ events, seconds }: Window): number => events / seconds;

/** Nothing that is waited for takes longer. */
export const WITHIN_MS = 1_200_000;
const POLL_MS = 10;

export const GENERATION = generationOf(DEFAULT_SETTINGS);

/** Five topics of six partitions under `prefix`, with their schemas. */
export const setUpTopics = (
  { services }: BenchContext,
  prefix: string,
): Promise<readonly SetUpStep[]> =>
  setUp({
    kafka: { brokers: services.KAFKA_BROKERS.split(',') },
    registry: { url: services.SCHEMA_REGISTRY_URL },
    prefix,
  });

/** How many events were published. Throws when one is refused. */
export async function publishEvents(
  { services }: BenchContext,
  prefix: string,
  events: Iterable<BillingEvent>,
): Promise<number> {
  const records = (function* () {
    for (const event of events) yield recordOf(event);
  })();
  const { published } = await publish(records, {
    kafka: { brokers: services.KAFKA_BROKERS.split(',') },
    registry: { url: services.SCHEMA_REGISTRY_URL },
    prefix,
    onRefused: (_record, reason) => {
      throw new Error(`an event cannot be published: ${reason}`);
    },
  });
  return published;
}

export interface Projecting {
  /** Of the topics. */
  readonly prefix: string;
  /** Of a store of its own: what that has no checkpoint for is folded, whatever the group has committed. */
  readonly storePrefix: string;
}

/** The projector as it ships, with its default settings. */
export const startProjector = (
  { services, profile }: BenchContext,
  { prefix, storePrefix }: Projecting,
): Promise<BenchProcess> =>
  startProcess('services/projector/dist/main.cjs', {
    environment: { ...services, TOPIC_PREFIX: prefix, REDIS_PREFIX: storePrefix },
    until: 'port',
    profile,
  });

export const openStore = ({ services }: BenchContext, storePrefix: string): DocumentStore =>
  createRedisStore({
    connection: singleRedis(services.REDIS_URL),
    prefix: storePrefix,
    generation: GENERATION,
  });

/** Seen from outside, by the checkpoints: from the first batch that shows to the last of so many events. */
export async function measureFolding(
  context: BenchContext,
  projecting: Projecting,
  events: number,
): Promise<Window> {
  const store = openStore(context, projecting.storePrefix);
  const { stop } = await startProjector(context, projecting);
  try {
    const first = await foldedPast(store, 1);
    const last = await foldedPast(store, events);
    return { events: last.folded - first.folded, seconds: (last.at - first.at) / 1_000 };
  } finally {
    await stop();
    await store.close();
  }
}

/** Waits until so many events are folded. */
export async function foldedPast(store: DocumentStore, events: number) {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const checkpoints = await store.checkpoints();
    const folded = [...checkpoints.values()].reduce((sum, { next }) => sum + next, 0);
    if (folded >= events) return { folded, at: performance.now() };
    if (performance.now() > deadline) {
      throw new Error(`only ${folded} of ${events} events were folded in ${WITHIN_MS} ms`);
    }
    await sleep(POLL_MS);
  }
}
