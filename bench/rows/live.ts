import { fromMillis } from '@portal/billing';
import { eventStream } from '../events.ts';
import { startProcess } from '../process.ts';
import {
  measureFolding,
  publishEvents,
  rateOf,
  setUpTopics,
  type Window,
  WITHIN_MS,
} from '../projector.ts';
import { atLeast, type BenchContext, figuresOf, ratios, type Row } from '../row.ts';

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

async function fill(context: BenchContext): Promise<void> {
  const { prefix, live: size, say } = context;
  await setUpTopics(context, prefix);
  say(`live: publishing ${size.events} events of ${size.customers} customers`);
  const started = performance.now();
  await publishEvents(context, prefix, eventStream({ ...size, until: fromMillis(Date.now()) }));
  say(`live: published in ${((performance.now() - started) / 1_000).toFixed(0)} s`);
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

const measureProjector = (context: BenchContext, round: number): Promise<Window> =>
  measureFolding(
    context,
    { prefix: context.prefix, storePrefix: `${context.prefix}-ours-${round}` },
    context.live.events,
  );
