import { cents, fromMillis, type Micros, MICROS_PER_DAY } from '@portal/billing';
import {
  type BillingEvent,
  type CustomerRef,
  DEFAULT_SETTINGS,
  type Entry,
} from '@portal/projection';
import {
  createRedisPointer,
  createRedisStore,
  type DocumentStore,
  singleRedis,
} from '@portal/stores';
import { anInvoice } from '@portal/testkit';
import { Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { applyBatch, type Applier } from '../../services/projector/src/batch/apply-batch.ts';
import { createStates } from '../../services/projector/src/batch/states.ts';
import { createWitness } from '../../services/projector/src/store/witness.ts';
import { benchCustomer, customerFacts, envelopeOf, seededRandom, usageEvent } from '../events.ts';
import { readP50 } from '../reader.ts';
import { atMost, type BenchContext, type Figure, figuresOf, ratios, type Row } from '../row.ts';

const GENERATION = 'bench';
const BATCH = 2_000;
/** Events measured, each alone in its batch: the dearest case. */
const MEASURED = 300;
const LITTLE = 10;
/** The customer with little of each; the next one has much. */
const USAGE_CUSTOMER = 0;
const INVOICES_CUSTOMER = 2;

/**
 * What one more event costs a customer with little history and one with much, through fold, load and
 * apply on Redis, what a read of each costs, and what all that is kept takes there per usage event. The row `ids` has the event ids alone.
 */
export const history: Row = async (context) => {
  const much = context.quick
    ? { usage: 20_000, invoices: 2_000 }
    : { usage: 1_000_000, invoices: 100_000 };
  const own = { connection: singleRedis(context.services.REDIS_URL), prefix: prefixOf(context) };
  const store = createRedisStore({ ...own, generation: GENERATION });
  const pointer = createRedisPointer(own);
  try {
    const usage = await compare(context, store, usageOf, much.usage);
    const invoices = await compare(context, store, invoiceOf, much.invoices);
    await pointer.switch(null, GENERATION);
    const bytes = await bytesPerId(context, usage.ref, much.usage);
    return [
      ...figures('usage event', much.usage, usage),
      ...figures('invoice', much.invoices, invoices),
      ...(await reads(context, 'usage events', much.usage, USAGE_CUSTOMER)),
      ...(await reads(context, 'invoices', much.invoices, INVOICES_CUSTOMER)),
      figure(`Redis memory per usage event, its id among it, of ${much.usage}`, 'bytes', [bytes]),
    ];
  } finally {
    await Promise.all([store.close(), pointer.close()]);
  }
};

interface Compared {
  readonly ref: CustomerRef;
  readonly little: readonly number[];
  readonly much: readonly number[];
}

const figure = figuresOf('history');

const figures = (what: string, past: number, { little, much }: Compared): readonly Figure[] => [
  figure(`one ${what} after ${LITTLE}`, 'ms', little),
  figure(`one ${what} after ${past}`, 'ms', much),
  figure(`one ${what}, after ${past} ÷ after ${LITTLE}`, '', ratios(much, little), atMost(1.1)),
];

const prefixOf = ({ prefix }: BenchContext): string => `${prefix}-history`;

async function reads(
  context: BenchContext,
  what: string,
  past: number,
  first: number,
): Promise<readonly Figure[]> {
  const p50s = { little: [] as number[], much: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    p50s.little.push(await readP50(context, prefixOf(context), first));
    p50s.much.push(await readP50(context, prefixOf(context), first + 1));
  }
  return [
    figure(`read after ${LITTLE} ${what}, p50`, 'ms', p50s.little),
    figure(`read after ${past} ${what}, p50`, 'ms', p50s.much),
    figure(
      `read, after ${past} ÷ after ${LITTLE}`,
      '',
      ratios(p50s.much, p50s.little),
      atMost(1.1),
    ),
  ];
}

/** The n-th event of a customer's history; they lie in a month, however many there are. */
type EventAt = (customer: number, index: number, at: Micros) => BillingEvent;

const usageOf: EventAt = (customer, index, at) => ({
  ...usageEvent(customer, index, { at, random: seededRandom(index) }),
  event_id: idOf(index),
});

/** As long as the ids that producers use. */
const idOf = (index: number): string =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

const invoiceOf: EventAt = (customer, index, at) =>
  anInvoice(
    {
      id: idOf(index),
      status: 'finalized',
      total_cents: cents(100),
    },
    { ...envelopeOf(customer), event_id: `invoice-${index}`, occurred_at: at },
  );

async function compare(
  context: BenchContext,
  store: DocumentStore,
  eventAt: EventAt,
  past: number,
): Promise<Compared> {
  const first = eventAt === usageOf ? USAGE_CUSTOMER : INVOICES_CUSTOMER;
  const customers = [LITTLE, past].map((count, index) => ({ number: first + index, count }));
  const [little, much] = customers.map(({ number, count }) =>
    writerOf(store, eventAt, number, count),
  );
  if (little === undefined || much === undefined) throw new Error('two customers are compared');
  await little.fill();
  context.say(`history: writing ${past} past events`);
  await much.fill();
  const rounds = 5;
  const times = { little: [] as number[], much: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    times.little.push(await little.measure());
    times.much.push(await much.measure());
  }
  return { ref: benchCustomer(first + 1).ref, ...times };
}

const MONTH = 30 * MICROS_PER_DAY;

function writerOf(store: DocumentStore, eventAt: EventAt, customer: number, past: number) {
  const { ref } = benchCustomer(customer);
  const end = fromMillis(Date.now());
  const begin = (end - MONTH) as Micros;
  const applier: Applier = {
    store,
    states: createStates(100_000_000),
    settings: DEFAULT_SETTINGS,
    now: Date.now,
    checkStore: () => Promise.resolve(),
    witness: createWitness(600_000, 1_000, Date.now),
  };
  let offset = 0;
  const apply = async (events: readonly BillingEvent[]): Promise<void> => {
    const entries = events.map((event): Entry => {
      offset += 1;
      return { kind: 'event', at: { family: event.family, partition: 0, offset }, event };
    });
    await applyBatch(applier, new Map([[ref, entries]]), []);
  };
  let index = past;
  return {
    fill: async (): Promise<void> => {
      for (const fact of customerFacts(customer, begin)) await apply([fact]);
      const step = Math.floor(MONTH / past);
      for (let from = 0; from < past; from += BATCH) {
        const count = Math.min(BATCH, past - from);
        await apply(
          Array.from({ length: count }, (_, i) =>
            eventAt(customer, from + i, (begin + (from + i) * step) as Micros),
          ),
        );
      }
    },
    /** Milliseconds per event. */
    measure: async (): Promise<number> => {
      const started = performance.now();
      for (let count = 0; count < MEASURED; count += 1, index += 1) {
        await apply([eventAt(customer, index, (end + index) as Micros)]);
      }
      return (performance.now() - started) / MEASURED;
    },
  };
}

async function bytesPerId(
  context: BenchContext,
  ref: CustomerRef,
  events: number,
): Promise<number> {
  const redis = new Redis(context.services.REDIS_URL);
  try {
    const key = keysOf(prefixOf(context), GENERATION).record(ref);
    return Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0')) / events;
  } finally {
    redis.disconnect();
  }
}
