import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type OwnRedis, startRedis, until } from '@portal/testkit';
import {
  createRedisReader,
  createRedisStore,
  type DocumentReader,
  type DocumentStore,
  singleRedis,
} from '../src/index.ts';
import { A, change, customer } from './contract/subject.ts';

describe('a reader of a Redis', () => {
  let redis: OwnRedis;
  let store: DocumentStore;
  let reader: DocumentReader;
  beforeEach(async () => {
    redis = await startRedis();
    const connection = singleRedis(redis.url);
    store = createRedisStore({ connection, generation: 'g1' });
    reader = createRedisReader({ connection, budgetMs: 100 });
    await redis.command('set', 'portal:live', 'g1');
  });
  afterEach(async () => {
    await Promise.all([store.close(), reader.close()]);
    await redis.stop();
  });

  it('emptied under load, no document that was there is called missing', async () => {
    for (let round = 0; round < 5; round += 1) {
      await redis.command('set', 'portal:live', 'g1');
      await store.apply([change(A)]);
      await until('the document', async () => (await reader.document(A)).kind === 'found');
      const kinds = new Set<string>();
      let isEmptied = false;
      const reading = Array.from({ length: 30 }, async () => {
        while (!isEmptied || !kinds.has('down')) kinds.add((await reader.document(A)).kind);
      });
      await redis.command('flushall');
      isEmptied = true;
      await Promise.all(reading);
      expect([...kinds].sort()).toEqual(['down', 'found']);
    }
  });

  it('emptied, a customer of the generation that is live again is found, and one nobody knows is missing', async () => {
    await store.apply([change(A)]);
    expect(await reader.document(A)).toMatchObject({ kind: 'found' });
    await redis.command('flushall');
    // All of it within the second in which the reader remembers what was live.
    const next = createRedisStore({ connection: singleRedis(redis.url), generation: 'g2' });
    await next.apply([change(A, { document: 'of g2' })]);
    await redis.command('set', 'portal:live', 'g2');
    expect(await reader.document(A)).toMatchObject({ generation: 'g2', document: 'of g2' });
    expect(await reader.document(customer(9))).toEqual({ kind: 'missing', generation: 'g2' });
    await next.close();
  });

  it('quick while we are not, it is not called silent: the time is its own', async () => {
    await store.apply([change(A)]);
    // More than a socket holds: it takes several turns to read.
    const refs = Array.from({ length: 40 }, (_, index) => customer(index));
    const document = 'x'.repeat(500_000);
    await store.apply(refs.map((ref) => change(ref, { document })));
    expect(await reader.freshness()).toEqual(new Map());
    // Beyond the budget in every turn of the event loop, as with many requests at once.
    const busy = setInterval(() => {
      for (const end = performance.now() + 130; performance.now() < end;);
    });
    const seen = await Promise.all(refs.map((ref) => reader.document(ref)));
    clearInterval(busy);
    expect(seen.filter(({ kind }) => kind !== 'found')).toEqual([]);
  });

  it('that sends a long answer in many small parts is not called silent', async () => {
    await store.apply([change(A, { document: 'x'.repeat(100_000) })]);
    const slow = createServer((near) => {
      const far = connect(redis.port);
      near.pipe(far);
      // Some 12 parts of 30 ms: each is well within the budget, all of them are far beyond it.
      const parts: Buffer[] = [];
      far.on('data', (chunk: Buffer) => {
        for (let at = 0; at < chunk.length; at += 8_192) parts.push(chunk.subarray(at, at + 8_192));
      });
      const sending = setInterval(() => near.write(parts.shift() ?? ''), 30);
      near.on('close', () => {
        clearInterval(sending);
        far.destroy();
      });
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const beside = createRedisReader({
      connection: singleRedis(`redis://127.0.0.1:${port}`),
      budgetMs: 100,
    });
    // The first answers wait for the connection as well.
    await until('a connection', async () => (await beside.document(customer(9))).kind !== 'down');
    const seen = await beside.document(A);
    await beside.close();
    slow.close();
    expect(seen).toMatchObject({ kind: 'found' });
  });
});
