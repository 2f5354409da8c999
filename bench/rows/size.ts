import { fromMillis } from '@portal/billing';
import { Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments, type SeedOptions } from '../documents.ts';
import { atMost, type BenchContext, figuresOf, median, ratios, type Row } from '../row.ts';

const CUSTOMERS = 200;
/** A hundred events a month for as long as usage is kept. */
const YEAR = { events: 1_320, days: 400 };
const YEAR_CUSTOMERS = 50;

/** What one customer takes: its document, and everything Redis keeps for it. */
export const size: Row = async (context) => {
  const figure = figuresOf('size');
  const few = await measure(context, 'size', { customers: CUSTOMERS });
  const year = await measure(context, 'size-year', { customers: YEAR_CUSTOMERS, usage: YEAR });
  const after = `after ${YEAR.events} usage events in ${YEAR.days} days`;
  const grown = year.memory.map((bytes) => (bytes - median(few.memory)) / YEAR.events);
  return [
    figure('document', 'bytes', few.documents),
    figure('Redis memory of a customer', 'bytes', few.memory),
    figure('memory ÷ document', '', ratios(few.memory, few.documents), atMost(2.5, 2)),
    figure(`document ${after}`, 'bytes', year.documents),
    figure(`Redis memory of a customer ${after}`, 'bytes', year.memory),
    figure(`Redis memory a usage event ${after}, its id among it`, 'bytes', grown),
  ];
};

/** Bytes of each customer: of its document, and of all that Redis keeps for it. */
async function measure(
  { services: { REDIS_URL }, prefix }: BenchContext,
  name: string,
  seed: Pick<SeedOptions, 'customers' | 'usage'>,
) {
  const own = `${prefix}-${name}`;
  const until = fromMillis(Date.now());
  const refs = await seedDocuments({ redisUrl: REDIS_URL, prefix: own, until, ...seed });
  const keys = keysOf(own, SEED_GENERATION);
  const redis = new Redis(REDIS_URL);
  const memoryOf = async (key: string): Promise<number> =>
    Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  try {
    const documents = await Promise.all(refs.map((ref) => redis.strlen(keys.document(ref))));
    const memory = await Promise.all(
      refs.map(
        async (ref) => (await memoryOf(keys.document(ref))) + (await memoryOf(keys.record(ref))),
      ),
    );
    return { documents, memory };
  } finally {
    redis.disconnect();
  }
}
