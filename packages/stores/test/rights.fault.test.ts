import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PART_NAMES } from '@portal/projection';
import {
  createRedisReader,
  createRedisStore,
  type DocumentStore,
  singleRedis,
} from '../src/index.ts';
import { A, change } from './contract/subject.ts';
import { type OwnRedis, startRedis, until } from '@portal/testkit';

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
    [
      'scripts',
      '-eval -evalsha',
      (store: DocumentStore) => store.advance(CHECKPOINTS),
      "'evalsha'",
    ],
  ])('is told that %s is missing, not waited for', async (_, rules, work, missing) => {
    const rights = ['on', '>secret', '~*', '&*', '+@all', ...rules.split(' ')];
    await redis.command('acl', 'setuser', 'limited', ...rights);
    const error: unknown = await work(storeOf('limited:secret')).catch((failed: unknown) => failed);
    expect(error).toMatchObject({ name: 'StoreRefused' });
    expect(String(error)).toContain(missing);
    expect(error).not.toHaveProperty('retriable');
  });

  it('that may only read gets documents, with their records too', async () => {
    await storeOf('').apply([change(A)]);
    await redis.command('set', 'portal:live', 'g1');
    const rights = ['on', '>secret', '%R~*', '-@all', '+@read', '+@connection', '+info'];
    const scripts = ['+eval_ro', '+evalsha_ro'];
    await redis.command('acl', 'setuser', 'limited', ...rights, ...scripts);
    const url = redis.url.replace('//', '//limited:secret@');
    const reader = createRedisReader({ connection: singleRedis(url) });
    const lookup = await reader.document(A, { withRecord: PART_NAMES });
    await reader.close();
    expect(lookup).toMatchObject({
      ...{ kind: 'found', document: 'document' },
      record: { vector: 'v1', parts: change(A).parts },
    });
  });

  it('that may not subscribe gets documents, is told why nothing is watched, and watches once it may', async () => {
    await redis.command('set', 'portal:live', 'g1');
    await redis.command('acl', 'setuser', 'limited', 'on', '>secret', '~*', '+@all', '-subscribe');
    const connection = singleRedis(redis.url.replace('//', '//limited:secret@'));
    const told: string[] = [];
    const reader = createRedisReader({ connection, onUnwatched: (why) => void told.push(why) });
    await until('it is told', () => Promise.resolve(told.length > 0));
    const lookup = await reader.document(A);
    expect([lookup.kind, reader.isWatching()]).toEqual(['missing', false]);
    expect(told[0]).toMatch(/NOPERM.*subscribe/);
    await redis.command('acl', 'setuser', 'limited', '+subscribe', 'allchannels');
    await until('it is watched', () => Promise.resolve(reader.isWatching()));
    expect(told).toHaveLength(1);
    await reader.close();
  });

  it('is told that its password is wrong, or that there must be one', async () => {
    await redis.command('acl', 'setuser', 'limited', 'on', '>secret', '~*', '&*', '+@all');
    await expect(storeOf('limited:wrong').checkpoints()).rejects.toThrow(/refuses.*WRONGPASS/);
    await redis.command('config', 'set', 'requirepass', 'secret');
    await expect(storeOf('').checkpoints()).rejects.toThrow(/refuses.*NOAUTH/);
  });
});

const CHECKPOINTS = new Map([['usage/0' as const, { next: 1, occurredAt: null }]]);
