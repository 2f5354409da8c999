import { setTimeout as sleep } from 'node:timers/promises';
import { fromMillis } from '@portal/billing';
import { type LogRecord } from '@portal/contracts';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore, type DocumentStore, singleRedis } from '@portal/stores';
import { publish, setUp } from '@portal/streams';
import { eventStream, recordOf } from '../events.ts';
import { startProcess } from '../process.ts';
import { atLeast, type BenchContext, figuresOf, ratios, type Row } from '../row.ts';

const WITHIN_MS = 1_200_000;
const POLL_MS = 10;

interface Window {
  readonly events: number;
  readonly seconds: number;
}

/** Everything that lies in five topics of six partitions, folded into Redis by one process. */
export const live: Row = async (context) => {
  const rounds = context.quick ? 2 : 3;
  await fill(context);
  const floor: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const both = [
      async () => floor.push(rateOf(await measureFloor(context, round))),
      async () => ours.push(rateOf(await measureProjector(context, round))),
    ];
    for (const one of round % 2 === 0 ? both : both.toReversed()) await one();
    context.say(
      `live: round ${round + 1}/${rounds}: floor ${Math.round(floor.at(-1) ?? 0)} events/s, ` +
        `projector ${Math.round(ours.at(-1) ?? 0)} events/s`,
    );
  }
  const figure = figuresOf('live');
  return [
    figure('floor: kafkajs, decode, compare-and-set', 'events/s', floor),
    figure('projector', 'events/s', ours),
    figure('events/s, projector ÷ floor', '', ratios(ours, floor), atLeast(0.4, 0.6)),
  ];
};

const rateOf = ({ events, seconds }: Window): number => events / seconds;

async function fill({ services, prefix, live: size, say }: BenchContext): Promise<void> {
  const kafka = { brokers: services.KAFKA_BROKERS.split(',') };
  const registry = { url: services.SCHEMA_REGISTRY_URL };
  await setUp({ kafka, registry, prefix });
  say(`live: publishing ${size.events} events of ${size.customers} customers`);
  const started = performance.now();
  const onRefused = (_record: unknown, reason: string): void => {
    throw new Error(`an event cannot be published: ${reason}`);
  };
  await publish(recordStream(size), { kafka, registry, prefix, onRefused });
  say(`live: published in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
}

function* recordStream(size: BenchContext['live']): Generator<LogRecord> {
  for (const event of eventStream({ ...size, until: fromMillis(Date.now()) }))
    yield recordOf(event);
}

/** The floor counts for itself, from the end of its first batch to the end of its last. */
async function measureFloor(context: BenchContext, round: number): Promise<Window> {
  const { services, prefix, live: size } = context;
  const { said, stop } = await startProcess('bench/floors/kafkajs-evalsha.ts', {
    environment: {
      ...services,
      TOPIC_PREFIX: prefix,
      REDIS_PREFIX: `${prefix}-floor-${round}`,
      EVENTS: String(size.events),
    },
    until: 'result',
    withinMs: WITHIN_MS,
  });
  await stop();
  return said['result'] as Window;
}

/** Seen from outside, by the checkpoints: from the first batch that shows to the last event. */
async function measureProjector(context: BenchContext, round: number): Promise<Window> {
  const { services, prefix, profile, live: size } = context;
  // A store of its own: what it has no checkpoint for is folded, whatever the group has committed.
  const ownPrefix = `${prefix}-ours-${round}`;
  const generation = generationOf(DEFAULT_SETTINGS);
  const connection = singleRedis(services.REDIS_URL);
  const store = createRedisStore({ connection, prefix: ownPrefix, generation });
  const { stop } = await startProcess('services/projector/dist/main.cjs', {
    environment: { ...services, TOPIC_PREFIX: prefix, REDIS_PREFIX: ownPrefix },
    until: 'port',
    profile,
  });
  try {
    const first = await foldedPast(store, 1);
    const last = await foldedPast(store, size.events);
    return { events: last.folded - first.folded, seconds: (last.at - first.at) / 1_000 };
  } finally {
    await stop();
    await store.close();
  }
}

async function foldedPast(store: DocumentStore, events: number) {
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
