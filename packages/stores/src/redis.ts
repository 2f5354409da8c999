import { type CustomerRef } from '@portal/projection';
import { type RedisCommand, type Reply } from './command.ts';
import { type RedisConnection } from './connect.ts';
import { DEFAULT_PREFIX, HEAD_FIELD, type Keys, keysOf, sideField, VECTOR_FIELD } from './keys.ts';
import { openLink, type RedisLink } from './link.ts';
import { APPLY } from './lua/apply.lua.ts';
import {
  type ApplyResult,
  type DocumentStore,
  type LoadedRecord,
  type LoadRequest,
  type RecordChange,
} from './port.ts';
import {
  countParked,
  eraseCustomers,
  listParked,
  pageOfParked,
  park,
  unpark,
} from './redis-parked.ts';
import { advance, noteHistory, readWatermarks, refresh } from './redis-progress.ts';
import { addToStorm, countBeyond, listStorms, markBeyond, removeStorm } from './redis-storms.ts';
import { listOf, serverName } from './replies.ts';

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
    async apply(changes) {
      const replies = await link.run(changes.map((change) => applyCommand(keys, change)));
      return replies.map(applyResult);
    },
    erase: (refs) => eraseCustomers(link, keys, refs),
    watermarks: () => readWatermarks(link, keys),
    async servers() {
      const replies = await link.everywhere('info', ['server', 'replication']);
      return new Set(replies.map(serverName));
    },
    advance: (marks) => advance(link, keys, marks),
    refresh: (told) => refresh(link, keys, told),
    park: (entries) => park(link, keys, entries),
    unpark: (at) => unpark(link, keys, at),
    parked: (limit) => listParked(link, keys, limit),
    noteHistory: (notes) => noteHistory(link, keys, generation, notes),
    parkedPage: (at, from, limit) => pageOfParked(link, keys, at, from, limit),
    parkedCount: (family) => countParked(link, keys, family),
    addToStorm: (cause, offsets, seenAt) => addToStorm(link, keys, cause, offsets, seenAt),
    storms: () => listStorms(link, keys),
    removeStorm: (storm, from) => removeStorm(link, keys, storm, from),
    markBeyond: (refs, isBeyond) => markBeyond(link, keys, refs, isBeyond),
    beyondCount: () => countBeyond(link, keys),
    close: () => link.close(),
  };
}

/** One round trip: HMGET reads vector, head and fields at one moment; the tombstone comes after it. */
async function load(
  link: RedisLink,
  keys: Keys,
  requests: readonly LoadRequest[],
): Promise<readonly LoadedRecord[]> {
  const replies = await link.run(
    requests.flatMap(({ ref, fields }): RedisCommand[] => [
      {
        kind: 'plain',
        name: 'hmget',
        key: keys.record(ref),
        args: [VECTOR_FIELD, HEAD_FIELD, ...fields.map(sideField)],
      },
      { kind: 'plain', name: 'exists', key: keys.tombstone(ref), args: [] },
    ]),
  );
  return requests.map(({ ref, fields }, index) =>
    replies[2 * index + 1] === 1
      ? erasedRecord(ref)
      : loadedRecord(ref, fields, listOf(replies[2 * index])),
  );
}

const erasedRecord = (ref: CustomerRef): LoadedRecord => ({
  ref,
  vector: '',
  head: null,
  fields: new Map(),
  erased: true,
});

function loadedRecord(
  ref: CustomerRef,
  names: readonly string[],
  [vector, head, ...values]: readonly (string | null)[],
): LoadedRecord {
  const fields = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const value = values[index] ?? null;
    if (value !== null) fields.set(name, value);
  }
  return { ref, vector: vector ?? '', head: head ?? null, fields, erased: false };
}

function applyCommand(keys: Keys, change: RecordChange): RedisCommand {
  const { ref, document } = change;
  const args = [change.expected, document === null ? '0' : '1', document ?? ''];
  args.push(change.replace === true ? '1' : '0');
  args.push(String(change.remove.length), ...change.remove.map(sideField));
  args.push(VECTOR_FIELD, change.vector, HEAD_FIELD, change.head);
  for (const [name, value] of change.set) args.push(sideField(name), value);
  return {
    kind: 'script',
    script: APPLY,
    keys: [keys.record(ref), keys.document(ref), keys.tombstone(ref)],
    args,
  };
}

function applyResult(reply: Reply): ApplyResult {
  const result = APPLY_RESULTS.get(reply);
  if (result === undefined) throw new Error(`apply answered ${JSON.stringify(reply)}`);
  return result;
}

const APPLY_RESULTS: ReadonlyMap<Reply, ApplyResult> = new Map([
  [1, 'applied'],
  [0, 'conflict'],
  [-1, 'erased'],
]);
