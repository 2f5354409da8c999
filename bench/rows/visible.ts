import { setTimeout as sleep } from 'node:timers/promises';
import { fromMillis } from '@portal/billing';
import { FAMILIES, type Family } from '@portal/projection';
import { subjectOf } from '@portal/contracts';
import { eventStream, streamBegin } from '../events.ts';
import { type VisibleJob, type VisibleResult } from '../load/watched.ts';
import { startProcess } from '../process.ts';
import {
  foldedPast,
  openStore,
  publishEvents,
  setUpTopics,
  startProjector,
  WITHIN_MS,
} from '../projector.ts';
import { dashboardPath, readerServer } from '../reader.ts';
import { atMost, type BenchContext, type Figure, figuresOf, type Row } from '../row.ts';

const RATES = [0, 60, 200, 1_000];
/** At this rate it is held against a goal. */
const HELD = 200;
const WATCHED_CUSTOMERS = 30;
/** Watched events a second; of a rate of 0 there is one now and then. */
const WATCHED_PER_SECOND = 10;
const NOW_AND_THEN_MS = 500;

/** How long an event takes from the producer to the answer, at several rates, with real processes in between. */
export const visible: Row = async (context) => {
  const { quick, say } = context;
  const rounds = quick ? 2 : 3;
  const results = new Map(RATES.map((rate) => [rate, [] as VisibleResult[]]));
  const stage = await setStage(context);
  try {
    // Not counted: what the first seconds compile.
    await stage.measure(Math.max(...RATES));
    for (let round = 0; round < rounds; round += 1) {
      for (const rate of RATES) {
        const result = await stage.measure(rate);
        results.get(rate)?.push(result);
        say(
          `visible: round ${round + 1}/${rounds}, ${rate} events/s (${result.perSecond.toFixed(1)}): ` +
            `p50 ${result.p50.toFixed(1)} ms, p99 ${result.p99.toFixed(1)} ms`,
        );
      }
    }
  } finally {
    await stage.stop();
  }
  return [...results].flatMap(([rate, each]) => figures(rate, each));
};

const figure = figuresOf('visible');

function figures(rate: number, results: readonly VisibleResult[]): readonly Figure[] {
  const at = rate === 0 ? 'one event now and then' : `${rate} events/s`;
  const [p50, p99] = rate === HELD ? [atMost(30, 20), atMost(150, 100)] : [null, null];
  return [
    figure(
      `produced to visible, ${at}, p50`,
      'ms',
      results.map((result) => result.p50),
      p50,
    ),
    figure(
      `produced to visible, ${at}, p99`,
      'ms',
      results.map((result) => result.p99),
      p99,
    ),
  ];
}

/** Customers with facts and some usage, a projector that has folded them, and a reader that answers for them. */
async function setStage(context: BenchContext) {
  const { services, quick, say } = context;
  const prefix = `${context.prefix}-visible`;
  const size = quick ? { customers: 600, events: 6_000 } : { customers: 6_000, events: 60_000 };
  const until = fromMillis(Date.now());
  const steps = await setUpTopics(context, prefix);
  say(`visible: publishing ${size.events} events of ${size.customers} customers`);
  const published = await publishEvents(context, prefix, eventStream({ ...size, until }));
  const projector = await startProjector(context, { prefix, storePrefix: prefix });
  const store = openStore(context, prefix);
  await foldedPast(store, published);
  await store.close();
  const { script, options } = readerServer(context, prefix);
  const environment = { ...options.environment, TOPIC_PREFIX: prefix };
  const reader = await startProcess(script, { ...options, environment });
  const port = Number(reader.said['port']);
  const paths = Array.from({ length: WATCHED_CUSTOMERS }, (_, index) => dashboardPath(index * 2));
  await answered(port, paths[0] ?? '');
  const job = {
    ...{ brokers: services.KAFKA_BROKERS.split(','), prefix, port, paths },
    ...{
      schemaIds: schemaIdsOf(steps, prefix),
      customers: size.customers,
      began: streamBegin(until),
    },
  };
  let firstIndex = 0;
  return {
    measure: async (rate: number): Promise<VisibleResult> => {
      const result = await runVisible({ ...job, ...paceOf(rate, quick), firstIndex });
      firstIndex += result.sent;
      return result;
    },
    stop: async (): Promise<void> => {
      await reader.stop();
      await projector.stop();
    },
  };
}

function paceOf(rate: number, quick: boolean) {
  if (rate === 0) {
    const watched = quick ? 20 : 60;
    return { load: 0, watched, everyMs: NOW_AND_THEN_MS, warmup: 4 };
  }
  const seconds = quick ? 8 : 25;
  return {
    load: rate - WATCHED_PER_SECOND,
    watched: seconds * WATCHED_PER_SECOND,
    everyMs: 1_000 / WATCHED_PER_SECOND,
    warmup: 2 * WATCHED_PER_SECOND,
  };
}

async function runVisible(job: VisibleJob): Promise<VisibleResult> {
  const input = JSON.stringify(job);
  const { said, stop } = await startProcess('bench/load/visible.ts', {
    ...{ input, until: 'result', withinMs: WITHIN_MS },
  });
  await stop();
  return said['result'] as VisibleResult;
}

/** The generation is made live a moment after it has caught up. */
async function answered(port: number, path: string): Promise<void> {
  const deadline = performance.now() + WITHIN_MS;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    await response.text();
    if (response.status === 200) return;
    if (performance.now() > deadline) throw new Error(`the reader says ${response.status}`);
    await sleep(100);
  }
}

type Steps = Awaited<ReturnType<typeof setUpTopics>>;

function schemaIdsOf(steps: Steps, prefix: string): VisibleJob['schemaIds'] {
  const ids = new Map(
    steps.flatMap((step) => (step.kind === 'schema' ? [[step.name, step.id]] : [])),
  );
  const idOf = (family: Family): number => {
    const id = ids.get(subjectOf(family, prefix));
    if (id === undefined) throw new Error(`${family} has no schema`);
    return id;
  };
  return Object.fromEntries(
    FAMILIES.map((family) => [family, idOf(family)]),
  ) as VisibleJob['schemaIds'];
}
