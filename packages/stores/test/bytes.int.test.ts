import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { requireService } from '@portal/testkit';
import { Redis } from 'ioredis';
import { createRedisStore, keysOf, singleRedis } from '../src/index.ts';
import { A, change, loadOne } from './contract/subject.ts';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const EVERY_BYTE = String.fromCharCode(...BYTES);

describe('a field of bytes in Redis', () => {
  it('takes one byte a char, and is read back from what another client wrote', async () => {
    const url = requireService('REDIS_URL');
    const [prefix, generation] = [`test-${randomUUID()}`, 'g1'];
    const store = createRedisStore({ connection: singleRedis(url), prefix, generation });
    const client = new Redis(url);
    const record = keysOf(prefix, generation).record(A);
    try {
      const set = new Map([
        ['d:0', EVERY_BYTE],
        ['t', EVERY_BYTE],
      ]);
      await store.apply([change(A, { set })]);
      expect(await client.hstrlen(record, 'f:d:0')).toBe(256);
      // As UTF-8 half of the chars take two bytes.
      expect(await client.hstrlen(record, 'f:t')).toBe(384);
      const reversed = [...BYTES].reverse();
      await client.hset(record, 'f:d:0', Buffer.from(reversed));
      const { fields } = await loadOne(store, A, ['d:0', 't']);
      expect(fields.get('d:0')).toBe(String.fromCharCode(...reversed));
      expect(fields.get('t')).toBe(EVERY_BYTE);
    } finally {
      client.disconnect();
      await store.close();
    }
  });
});
