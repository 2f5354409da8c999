import { type RedisConnection } from './connect.ts';
import { DEFAULT_PREFIX, keysOf } from './keys.ts';
import { openLink } from './link.ts';
import { type DocumentStore } from './port.ts';
import {
  countParked,
  eraseCustomers,
  listParked,
  pageOfParked,
  park,
  unpark,
} from './redis-parked.ts';
import { advance, noteHistory, readCheckpoints, refresh } from './redis-progress.ts';
import { apply, load } from './redis-records.ts';
import {
  addToStorm,
  countBeyond,
  listBeyond,
  listStorms,
  markBeyond,
  removeStorm,
} from './redis-storms.ts';
import { serverName } from './replies.ts';

export interface RedisStoreOptions {
  readonly connection: RedisConnection;
  /** Text without braces and spaces. */
  readonly generation: string;
  /** Namespace of all keys; the same for store, reader and pointer. */
  readonly prefix?: string;
  /** Longest wait for the connection and for each answer, milliseconds. */
  readonly timeoutMs?: number;
  /** Aborted when the process stops: what waits then rejects within a second. */
  readonly stopping?: AbortSignal;
}

/**
 * A generation in Redis 7 or newer, single or Cluster. It waits for a lost connection to come back,
 * but never longer than `timeoutMs`: then it rejects with StoreUnavailable, and the caller tries
 * again when it likes. Redis must not evict keys (`maxmemory-policy noeviction`).
 */
export function createRedisStore(options: RedisStoreOptions): DocumentStore {
  const { connection, generation, prefix = DEFAULT_PREFIX, timeoutMs = 5000, stopping } = options;
  const keys = keysOf(prefix, generation);
  const link = openLink({
    connection,
    name: 'portal-store',
    timeoutMs,
    whenAway: 'wait',
    stopping,
  });
  return {
    generation,
    load: (requests) => load(link, keys, requests),
    apply: (changes) => apply(link, keys, changes),
    erase: (refs) => eraseCustomers(link, keys, refs),
    checkpoints: () => readCheckpoints(link, keys),
    async servers() {
      const replies = await link.everywhere('info', ['server', 'replication']);
      return new Set(replies.map(serverName));
    },
    advance: (checkpoints) => advance(link, keys, checkpoints),
    refresh: (told) => refresh(link, keys, told),
    park: (entries) => park(link, keys, entries),
    unpark: (at) => unpark(link, keys, at),
    parked: (limit, after) => listParked(link, keys, limit, after),
    noteHistory: (notes) => noteHistory(link, keys, generation, notes),
    parkedPage: (at, from, limit) => pageOfParked(link, keys, at, from, limit),
    parkedCount: (family) => countParked(link, keys, family),
    addToStorm: (cause, offsets, seenAt) => addToStorm(link, keys, cause, offsets, seenAt),
    storms: () => listStorms(link, keys),
    removeStorm: (storm, from) => removeStorm(link, keys, storm, from),
    markBeyond: (refs, isBeyond) => markBeyond(link, keys, refs, isBeyond),
    beyondCount: () => countBeyond(link, keys),
    beyond: (limit) => listBeyond(link, keys, limit),
    close: () => link.close(),
  };
}
