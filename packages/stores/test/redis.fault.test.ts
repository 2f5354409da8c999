import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { PART_NAMES } from '@portal/projection';
import {
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  type DocumentReader,
  type DocumentStore,
  singleRedis,
  StoreUnavailable,
} from '../src/index.ts';
import { A, change, customer, loadOne, partsOf } from './contract/subject.ts';
import { type OwnRedis, startRedis, until } from '@portal/testkit';

jest.setTimeout(120_000);

const TIMEOUT_MS = 500;

describe('when Redis fails', () => {
  let redis: OwnRedis;
  let store: DocumentStore;
  let reader: DocumentReader;
  let over: boolean;
  beforeEach(async () => {
    over = false;
    redis = await startRedis();
    const connection = singleRedis(redis.url);
    store = createRedisStore({ connection, generation: 'g1', timeoutMs: TIMEOUT_MS });
    reader = createRedisReader({ connection, budgetMs: 100 });
    const pointer = createRedisPointer({ connection });
    await pointer.switch(null, 'g1');
    await pointer.close();
  });
  afterEach(async () => {
    over = true;
    await Promise.all([store.close(), reader.close()]);
    await redis.stop();
  });

  /** Applies v1, v2, … to one customer, loading again after every failure, until `stop`. */
  function stream() {
    const failures: unknown[] = [];
    let applied = 0;
    let stopped = false;
    const run = async (): Promise<number> => {
      while (!over) {
        try {
          const { vector } = await loadOne(store, A);
          const at = Number(vector.slice(1));
          if (stopped) return at;
          const next = change(A, { expected: vector, vector: `v${at + 1}` });
          const [result] = await store.apply([next]);
          if (result === 'applied') applied += 1;
        } catch (error) {
          failures.push(error);
        }
      }
      throw new Error('not stopped');
    };
    const last = run();
    last.catch(() => undefined);
    return {
      failures,
      applied: () => applied,
      /** The proof that nothing hangs. */
      async goesOn() {
        const before = applied;
        await until('twenty more', () => applied >= before + 20);
      },
      /** The number in the vector that is stored at the end. */
      stop() {
        stopped = true;
        return last;
      },
    };
  }

  it('killed in the middle of a stream of applies, it loses all and the stream starts again', async () => {
    const running = stream();
    await running.goesOn();
    redis.signal('SIGKILL');
    await until('failures', () => running.failures.length >= 2);
    await redis.restart();
    await running.goesOn();
    const last = await running.stop();
    expect(running.failures.every((error) => error instanceof StoreUnavailable)).toBe(true);
    // A reply lost with the connection may hide one apply; the new server counted from nothing.
    expect(last).toBeLessThan(running.applied());
  });

  it('stopped and continued, it has applied every change exactly once', async () => {
    const running = stream();
    await running.goesOn();
    redis.signal('SIGSTOP');
    await until('failures', () => running.failures.length >= 3);
    redis.signal('SIGCONT');
    await running.goesOn();
    const last = await running.stop();
    expect(running.failures.every((error) => error instanceof StoreUnavailable)).toBe(true);
    // At most one change was in flight: it may have been applied without an answer.
    expect(last - running.applied()).toBeGreaterThanOrEqual(0);
    expect(last - running.applied()).toBeLessThanOrEqual(1);
  });

  it('never there, every method of the store rejects as unavailable', async () => {
    redis.signal('SIGKILL');
    const unreachable = createRedisStore({
      connection: singleRedis(redis.url),
      generation: 'g1',
      timeoutMs: 100,
    });
    const calls = [
      unreachable.load([{ ref: A, fields: [] }]),
      unreachable.apply([change(A)]),
      unreachable.erase([A]),
      unreachable.checkpoints(),
      unreachable.servers(),
      unreachable.advance(new Map([['usage/0', { next: 1, occurredAt: null }]])),
      unreachable.refresh(new Map([['usage/0', { asOf: 1, isAtEnd: true, seenAt: 1 }]])),
      unreachable.unpark([{ family: 'usage', partition: 0, offset: 0 }]),
      unreachable.parked(1),
      unreachable.parkedPage({ family: 'usage', partition: 0 }, 0, 1),
      unreachable.parkedCount(),
      unreachable.storms(),
      unreachable.markBeyond([A], true),
      unreachable.beyondCount(),
      unreachable.beyond(1),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { retriable: true } });
    }
    await unreachable.close();
  });

  it('out of memory, it refuses as unavailable and has written nothing', async () => {
    await store.apply([change(A)]);
    await redis.command('config', 'set', 'maxmemory', '1');
    const next = change(A, { expected: 'v1', vector: 'v2', parts: partsOf({ c: 'new' }) });
    await expect(store.apply([next])).rejects.toBeInstanceOf(StoreUnavailable);
    await redis.command('config', 'set', 'maxmemory', '0');
    expect(await loadOne(store, A)).toMatchObject({
      ...{ vector: 'v1', parts: change(A).parts },
    });
    expect(await store.apply([next])).toEqual(['applied']);
  });

  it('made a replica, it refuses as unavailable; made a master again, it goes on', async () => {
    await store.apply([change(A)]);
    await redis.command('replicaof', '127.0.0.1', '1');
    const next = change(A, { expected: 'v1', vector: 'v2' });
    await expect(store.apply([next])).rejects.toBeInstanceOf(StoreUnavailable);
    await redis.command('replicaof', 'no', 'one');
    expect(await store.apply([next])).toEqual(['applied']);
  });

  it('having forgotten the scripts, it is given them again in the middle of a batch', async () => {
    await store.apply([change(A)]);
    await redis.command('script', 'flush');
    const chain = [1, 2, 3].map((n) =>
      change(A, { expected: `v${n}`, vector: `v${n + 1}`, parts: partsOf({ u: `of ${n + 1}` }) }),
    );
    const batch = [...chain, ...[10, 11, 12].map((n) => change(customer(n)))];
    expect(await store.apply(batch)).toEqual(batch.map(() => 'applied'));
    expect(await loadOne(store, A)).toMatchObject({
      ...{ vector: 'v4', parts: partsOf({ c: 'customer', u: 'of 4' }) },
    });
  });

  it('holding something else under our key, it says so instead of being tried for ever', async () => {
    await redis.command('set', `portal:g1:{${A}}:record`, 'not a hash');
    await expect(store.load([{ ref: A, fields: [] }])).rejects.toThrow(/^WRONGTYPE/);
    await expect(store.apply([change(A)])).rejects.not.toBeInstanceOf(StoreUnavailable);
  });

  it('away, the reader says down; back again, the reader finds documents', async () => {
    await store.apply([change(A)]);
    expect(await reader.document(A)).toMatchObject({ kind: 'found' });
    redis.signal('SIGKILL');
    await until('word that it is down', async () => (await reader.document(A)).kind === 'down');
    expect(await reader.freshness()).toBeNull();
    await redis.restart();
    await store.apply([change(A)]);
    await redis.command('set', 'portal:live', 'g1');
    await until('the document', async () => (await reader.document(A)).kind === 'found');
    expect(await reader.freshness()).toEqual(new Map());
  });

  it('back empty, no document is shown before a generation is live again', async () => {
    const before = change(A, { expected: '', vector: 'v1' });
    expect(await store.apply([before])).toEqual(['applied']);
    expect(await reader.document(A)).toMatchObject({ kind: 'found' });
    redis.signal('SIGKILL');
    await redis.restart();
    // As a projector that folds all anew writes it, before it is through.
    await until('a first document is written', async () => {
      const written = await store.apply([before]).catch(() => []);
      return written[0] === 'applied';
    });
    const reasons: unknown[] = [];
    await until('the reader asks the new server', async () => {
      const answer = await reader.document(A);
      reasons.push(answer.kind === 'down' ? answer.reason : answer.kind);
      return reasons.includes('no generation is live yet') || reasons.includes('found');
    });
    expect(reasons).not.toContain('found');
  });

  it('stopped, the reader says down; continued, the reader finds documents', async () => {
    await store.apply([change(A)]);
    expect(await reader.document(A)).toMatchObject({ kind: 'found' });
    redis.signal('SIGSTOP');
    for (let read = 0; read < 15; read += 1) {
      expect(await reader.document(A)).toMatchObject({ kind: 'down' });
    }
    redis.signal('SIGCONT');
    await until('the document', async () => (await reader.document(A)).kind === 'found');
  });

  it('asked for many documents, it gets one command per read and hardly any for the pointer', async () => {
    await store.apply([change(A)]);
    await redis.command('config', 'resetstat');
    for (let read = 0; read < 200; read += 1) await reader.document(A);
    const stats = String(await redis.command('info', 'commandstats'));
    const gets = Number(/cmdstat_get:calls=(\d+)/.exec(stats)?.[1]);
    expect(gets).toBeGreaterThan(200);
    expect(gets).toBeLessThan(220);
  });

  it('asked for documents with their records, it gets one command per read as well', async () => {
    await store.apply([change(A)]);
    await reader.document(A, { withRecord: PART_NAMES });
    await redis.command('config', 'resetstat');
    for (let read = 0; read < 100; read += 1) {
      const lookup = await reader.document(A, { withRecord: PART_NAMES });
      expect(lookup).toMatchObject({ record: { vector: 'v1', parts: change(A).parts } });
    }
    const stats = String(await redis.command('info', 'commandstats'));
    expect(/cmdstat_evalsha_ro:calls=(\d+)/.exec(stats)?.[1]).toBe('100');
  });
});

describe('when something accepts connections and never answers', () => {
  let silent: Server;
  const sockets: Socket[] = [];
  let url: string;
  beforeEach(async () => {
    silent = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    url = `redis://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}`;
  });
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    silent.close();
  });

  it('the reader says down, again and again', async () => {
    const reader = createRedisReader({ connection: singleRedis(url), budgetMs: 100 });
    for (let read = 0; read < 12; read += 1) {
      expect(await reader.document(A)).toMatchObject({ kind: 'down' });
      expect(await reader.freshness()).toBeNull();
    }
    await reader.close();
  });

  it('the store says unavailable', async () => {
    const connection = singleRedis(url);
    const store = createRedisStore({ connection, generation: 'g1', timeoutMs: 100 });
    await expect(store.apply([change(A)])).rejects.toBeInstanceOf(StoreUnavailable);
    await store.close();
  });
});
