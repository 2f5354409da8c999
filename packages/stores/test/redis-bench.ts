import { randomUUID } from 'node:crypto';
import {
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  type RedisConnection,
} from '../src/index.ts';
import { type StoreBench } from './contract/subject.ts';

/** Redis under a namespace of its own, so that tests can share one server. */
export function redisBench(connection: RedisConnection): StoreBench {
  const prefix = `test-${randomUUID()}`;
  const opened: { close(): Promise<void> }[] = [];
  const remember = <T extends { close(): Promise<void> }>(one: T): T => {
    opened.push(one);
    return one;
  };
  return {
    store: (generation) => remember(createRedisStore({ connection, generation, prefix })),
    // A busy test machine may pause for longer than a reader's usual budget.
    reader: () => remember(createRedisReader({ connection, prefix, budgetMs: 5000 })),
    pointer: () => remember(createRedisPointer({ connection, prefix })),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
