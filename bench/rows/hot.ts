import { fromMillis, type Micros, MICROS_PER_DAY } from '@portal/billing';
import { type BillingEvent } from '@portal/projection';
import { Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { benchCustomer, customerFacts, seededRandom, usageEvent } from '../events.ts';
import { GENERATION, measureFolding, publishEvents, rateOf, setUpTopics } from '../projector.ts';
import { atLeast, type BenchContext, figuresOf, ratios, type Row } from '../row.ts';

/** The customer that all usage is of. */
const HOT = 0;
const MONTH_DAYS = 28;

interface Size {
  readonly customers: number;
  /** Of usage. */
  readonly events: number;
}

/** The same usage events of one customer, and spread over all; both have the facts of all customers before. */
export const hot: Row = async (context) => {
  const { quick, say } = context;
  const rounds = quick ? 2 : 3;
  const size = sizeOf(context);
  const even = await fill(context, size, 'even');
  const one = await fill(context, size, 'hot');
  const rates = { even: [] as number[], hot: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const both = [
      async () => rates.even.push(await measure(context, even, round)),
      async () => rates.hot.push(await measure(context, one, round)),
    ];
    for (const each of round % 2 === 0 ? both : both.toReversed()) await each();
    say(
      `hot: round ${round + 1}/${rounds}: even ${Math.round(rates.even.at(-1) ?? 0)} events/s, ` +
        `one customer ${Math.round(rates.hot.at(-1) ?? 0)} events/s`,
    );
  }
  const bytes = await recordBytes(context, storePrefixOf(one, rounds - 1));
  const figure = figuresOf('hot');
  return [
    figure(`${size.events} usage events spread evenly`, 'events/s', rates.even),
    figure(`${size.events} usage events of one customer`, 'events/s', rates.hot),
    figure('events/s, one customer ÷ even', '', ratios(rates.hot, rates.even), atLeast(0.5, 0.8)),
    figure('Redis memory of the hot record', 'bytes', [bytes.record]),
    figure('the same without event ids', 'bytes', [bytes.withoutIds]),
    figure('document of the hot customer', 'bytes', [bytes.document]),
  ];
};

function sizeOf({ quick, full }: BenchContext): Size {
  if (quick) return { customers: 500, events: 60_000 };
  return full ? { customers: 5_000, events: 1_000_000 } : { customers: 2_000, events: 300_000 };
}

interface Filled {
  readonly prefix: string;
  readonly events: number;
}

async function fill(context: BenchContext, size: Size, how: 'even' | 'hot'): Promise<Filled> {
  const prefix = `${context.prefix}-${how}`;
  context.say(`hot: publishing ${size.events} usage events, ${how}`);
  await setUpTopics(context, prefix);
  return { prefix, events: await publishEvents(context, prefix, streamOf(size, how)) };
}

function* streamOf({ customers, events }: Size, how: 'even' | 'hot'): Generator<BillingEvent> {
  const begin = (fromMillis(Date.now()) - MONTH_DAYS * MICROS_PER_DAY) as Micros;
  for (let number = 0; number < customers; number += 1) yield* customerFacts(number, begin);
  const random = seededRandom(1);
  const step = Math.floor((MONTH_DAYS * MICROS_PER_DAY) / events);
  for (let index = 0; index < events; index += 1) {
    const number = how === 'hot' ? HOT : index % customers;
    yield usageEvent(number, index, { at: (begin + index * step) as Micros, random });
  }
}

const storePrefixOf = ({ prefix }: Filled, round: number): string => `${prefix}-${round}`;

async function measure(context: BenchContext, filled: Filled, round: number): Promise<number> {
  const { prefix, events } = filled;
  const storePrefix = storePrefixOf(filled, round);
  return rateOf(await measureFolding(context, { prefix, storePrefix }, events));
}

/** Event ids take their share by number, whatever else there is: the row `ids` has them alone. */
async function recordBytes({ services }: BenchContext, storePrefix: string) {
  const redis = new Redis(services.REDIS_URL);
  const keys = keysOf(storePrefix, GENERATION);
  const { ref } = benchCustomer(HOT);
  const copy = `${storePrefix}:copy`;
  const memoryOf = async (key: string): Promise<number> =>
    Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  try {
    for (const name of await redis.hkeys(keys.record(ref))) {
      if (name.startsWith('f:d:')) continue;
      await redis.hset(copy, name, (await redis.hgetBuffer(keys.record(ref), name)) ?? '');
    }
    return {
      record: await memoryOf(keys.record(ref)),
      withoutIds: await memoryOf(copy),
      document: await redis.strlen(keys.document(ref)),
    };
  } finally {
    redis.disconnect();
  }
}
