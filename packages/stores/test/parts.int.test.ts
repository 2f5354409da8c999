import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PART_NAMES } from '@portal/projection';
import { requireService } from '@portal/testkit';
import { Redis } from 'ioredis';
import {
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  type DocumentStore,
  keysOf,
  singleRedis,
} from '../src/index.ts';
import { A, change, loadOne, partsOf } from './contract/subject.ts';

describe('the parts of a record in Redis', () => {
  const connection = singleRedis(requireService('REDIS_URL'));
  let prefix: string;
  let client: Redis;
  let store: DocumentStore;
  beforeEach(() => {
    prefix = `test-${randomUUID()}`;
    client = new Redis(requireService('REDIS_URL'));
    store = createRedisStore({ connection, prefix, generation: 'g1' });
  });
  afterEach(async () => {
    await client.del(keysOf(prefix, 'g1').record(A), keysOf(prefix, 'g1').document(A));
    client.disconnect();
    await store.close();
  });

  it('are fields of their own beside the vector, and stay the very bytes when they are not written', async () => {
    const record = keysOf(prefix, 'g1').record(A);
    const parts = partsOf({ c: 'c é', s: 's', w: 'w', n: 'n', u: 'u' });
    await store.apply([change(A, { parts, set: new Map([['w', 'side']]) })]);
    const first = { v: 'v1', c: 'c é', s: 's', w: 'w', n: 'n', u: 'u', 'f:w': 'side' };
    expect(await client.hgetall(record)).toEqual(first);
    const next = { expected: 'v1', vector: 'v2', parts: partsOf({ w: 'new' }) };
    await store.apply([change(A, next)]);
    expect(await client.hgetall(record)).toEqual({ ...first, v: 'v2', w: 'new' });
  });

  it('come with the document of the same moment, while they are written', async () => {
    await createRedisPointer({ connection, prefix }).switch(null, 'g1');
    const reader = createRedisReader({ connection, prefix, budgetMs: 5_000 });
    const at = (n: number) =>
      change(A, {
        ...{ expected: n === 0 ? '' : `v${n - 1}`, vector: `v${n}`, document: `v${n}` },
        parts: partsOf({ u: `v${n}` }),
      });
    await store.apply([at(0)]);
    const seen = new Set<string>();
    const wrong: unknown[] = [];
    const reading = Array.from({ length: 4 }, async () => {
      while (seen.size < 50) {
        const lookup = await reader.document(A, { withRecord: ['u'] });
        if (lookup.kind !== 'found') throw new Error(`read ${lookup.kind}`);
        const { document, record } = lookup;
        const both = [record?.vector, record?.parts.get('u')];
        if (both.some((each) => each !== document)) wrong.push([document, ...both]);
        seen.add(document);
      }
    });
    for (let n = 1; seen.size < 50; n += 1) await store.apply([at(n)]);
    await Promise.all(reading);
    await reader.close();
    expect(wrong).toEqual([]);
  });

  it('are missing in what an older version left: that is read as it is, and stays so', async () => {
    const { record, document } = keysOf(prefix, 'g1');
    const stored = { v: 'usage/0@3', h: '{"fold":4}', 'f:q:20779': '[]' };
    await client.hset(record(A), stored);
    await client.set(document(A), 'document');
    await createRedisPointer({ connection, prefix }).switch(null, 'g1');
    const reader = createRedisReader({ connection, prefix });
    const lookup = await reader.document(A, { withRecord: PART_NAMES });
    await reader.close();
    const bare = { vector: 'usage/0@3', parts: new Map() };
    expect(lookup).toMatchObject({ kind: 'found', document: 'document', record: bare });
    expect(await loadOne(store, A, ['q:20779'])).toMatchObject(bare);
    expect(await client.hgetall(record(A))).toEqual(stored);
  });
});
