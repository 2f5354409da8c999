import { randomUUID } from 'node:crypto';
import { type CustomerRef } from '@portal/projection';
import {
  createMemoryDatabase,
  createMemoryDirectory,
  createMemoryPointer,
  createMemoryReader,
  createMemoryStore,
  createRedisDirectory,
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  type DocumentReader,
  type DocumentStore,
  type GenerationPointer,
  type RedisConnection,
  type StoreDirectory,
} from '@portal/stores';
import { storedCustomers, type StoredCustomer } from './stored.ts';

/** A fresh, empty place for documents. Stores of one bench see the same data, as two processes would. */
export interface StoreBench {
  store(generation: string): DocumentStore;
  reader(): DocumentReader;
  pointer(): GenerationPointer;
  directory(options?: { readonly believedMs: number }): StoreDirectory;
  /** Everything a generation holds of these customers: see `storedCustomers`. */
  stored(generation: string, refs: readonly CustomerRef[]): Promise<readonly StoredCustomer[]>;
  close(): Promise<void>;
}

export const memoryBench = (database = createMemoryDatabase()): StoreBench => ({
  store: (generation) => createMemoryStore({ generation, database }),
  reader: () => createMemoryReader({ database }),
  pointer: () => createMemoryPointer({ database }),
  directory: (options) => createMemoryDirectory({ database, ...options }),
  stored: (generation, refs) => storedCustomers({ kind: 'memory', database }, generation, refs),
  close: () => Promise.resolve(),
});

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
    directory: (options) => remember(createRedisDirectory({ connection, prefix, ...options })),
    stored: (generation, refs) =>
      storedCustomers({ kind: 'redis', connection, prefix }, generation, refs),
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
