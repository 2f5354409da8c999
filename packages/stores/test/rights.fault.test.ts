import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRedisStore, type DocumentStore, singleRedis } from '../src/index.ts';
import { type OwnRedis, startRedis } from '@portal/testkit';

describe('a Redis user that may not do what is needed', () => {
  let redis: OwnRedis;
  const stores: DocumentStore[] = [];
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await redis.stop();
  });
  const storeOf = (user: string): DocumentStore => {
    const connection = singleRedis(redis.url.replace('//', `//${user}@`));
    const store = createRedisStore({ connection, generation: 'g1', timeoutMs: 500 });
    stores.push(store);
    return store;
  };

  it.each([
    ['INFO', '-info', (store: DocumentStore) => store.servers(), "'info'"],
    ['scripts', '-eval -evalsha', (store: DocumentStore) => store.advance(MARKS), "'evalsha'"],
  ])('is told that %s is missing, not waited for', async (_, rules, work, missing) => {
    const rights = ['on', '>secret', '~*', '&*', '+@all', ...rules.split(' ')];
    await redis.command('acl', 'setuser', 'limited', ...rights);
    const error: unknown = await work(storeOf('limited:secret')).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ name: 'StoreRefused' });
    expect(String(error)).toContain(missing);
    expect(error).not.toHaveProperty('retriable');
  });

  it('is told that its password is wrong, or that there must be one', async () => {
    await redis.command('acl', 'setuser', 'limited', 'on', '>secret', '~*', '&*', '+@all');
    await expect(storeOf('limited:wrong').watermarks()).rejects.toThrow(/refuses.*WRONGPASS/);
    await redis.command('config', 'set', 'requirepass', 'secret');
    await expect(storeOf('').watermarks()).rejects.toThrow(/refuses.*NOAUTH/);
  });
});

const MARKS = new Map([['usage/0' as const, { next: 1, occurredAt: null }]]);
