import { fromMillis } from '@portal/billing';
import { Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments } from '../documents.ts';
import { atMost, figuresOf, ratios, type Row } from '../row.ts';

const CUSTOMERS = 200;

/** What one customer takes: its document, and everything Redis keeps for it. */
export const size: Row = async ({ services, prefix }) => {
  const own = `${prefix}-size`;
  const until = fromMillis(Date.now());
  const seed = { redisUrl: services.REDIS_URL, prefix: own, customers: CUSTOMERS, until };
  const refs = await seedDocuments(seed);
  const keys = keysOf(own, SEED_GENERATION);
  const redis = new Redis(services.REDIS_URL);
  const memoryOf = async (key: string): Promise<number> =>
    Number(await redis.call('MEMORY', 'USAGE', key, 'SAMPLES', '0'));
  try {
    const documents = await Promise.all(refs.map((ref) => redis.strlen(keys.document(ref))));
    const memory = await Promise.all(
      refs.map(
        async (ref) => (await memoryOf(keys.document(ref))) + (await memoryOf(keys.record(ref))),
      ),
    );
    const figure = figuresOf('size');
    return [
      figure('document', 'bytes', documents),
      figure('Redis memory of a customer', 'bytes', memory),
      figure('memory ÷ document', '', ratios(memory, documents), atMost(2.5, 2)),
    ];
  } finally {
    redis.disconnect();
  }
};
