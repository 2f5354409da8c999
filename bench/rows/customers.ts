import { fromMillis } from '@portal/billing';
import { type ChainableCommander, Redis } from 'ioredis';
import { keysOf } from '../../packages/stores/src/keys.ts';
import { SEED_GENERATION, seedDocuments } from '../documents.ts';
import { benchCustomer } from '../events.ts';
import { readP50 } from '../reader.ts';
import { atMost, figuresOf, ratios, type Row } from '../row.ts';

const AT_ONCE = 2_000;

/** Reads of one customer where it is alone in Redis, and where it is one of a million. Each read asks Redis. */
export const customers: Row = async (context) => {
  const { quick, say, services } = context;
  const [many, rounds] = quick ? [50_000, 3] : [1_000_000, 3];
  const prefix = `${context.prefix}-customers`;
  const until = fromMillis(Date.now());
  await seedDocuments({ redisUrl: services.REDIS_URL, prefix, customers: 1, until });
  const p50s = { alone: [] as number[], among: [] as number[] };
  const redis = new Redis(services.REDIS_URL);
  try {
    for (let round = 0; round < rounds; round += 1) {
      p50s.alone.push(await readP50(context, prefix, 0));
      say(`customers: round ${round + 1}/${rounds}, copying one customer ${many} times`);
      await forMany(redis, prefix, many, (pipeline, first, key) => pipeline.copy(first, key));
      p50s.among.push(await readP50(context, prefix, 0));
      await forMany(redis, prefix, many, (pipeline, _first, key) => pipeline.unlink(key));
    }
  } finally {
    redis.disconnect();
  }
  const figure = figuresOf('customers');
  return [
    figure('read, 1 customer in Redis, p50', 'ms', p50s.alone),
    figure(`read, ${many} customers in Redis, p50`, 'ms', p50s.among),
    figure(`p50, ${many} customers ÷ 1`, '', ratios(p50s.among, p50s.alone), atMost(1.1)),
  ];
};

type Step = (pipeline: ChainableCommander, first: string, key: string) => unknown;

/** For the documents, which are what readers look up: records, which no such read touches, are left out. */
async function forMany(redis: Redis, prefix: string, many: number, step: Step): Promise<void> {
  const keys = keysOf(prefix, SEED_GENERATION);
  const keyOf = (number: number): string => keys.document(benchCustomer(number).ref);
  const first = keyOf(0);
  for (let from = 1; from < many; from += AT_ONCE) {
    const pipeline = redis.pipeline();
    const end = Math.min(many, from + AT_ONCE);
    for (let number = from; number < end; number += 1) step(pipeline, first, keyOf(number));
    const failed = (await pipeline.exec())?.find(([error]) => error !== null)?.[0];
    if (failed) throw failed;
  }
}
