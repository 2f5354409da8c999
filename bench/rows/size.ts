import { fromMillis } from '@portal/billing';
import { Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments } from '../documents.ts';
import { ratios, type Row } from '../row.ts';

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
    const figure = { row: 'size', unit: 'bytes', goal: null } as const;
    return [
      { ...figure, what: 'document', values: documents },
      { ...figure, what: 'Redis memory of a customer', values: memory },
      {
        ...figure,
        what: 'memory ÷ document',
        unit: '',
        values: ratios(memory, documents),
        goal: { kind: 'at_most', value: 2.5 },
      },
    ];
  } finally {
    redis.disconnect();
  }
};
