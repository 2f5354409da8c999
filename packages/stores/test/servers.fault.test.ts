import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  createRedisStore,
  type DocumentStore,
  singleRedis,
  StoreUnavailable,
} from '../src/index.ts';
import { eventually, type OwnRedis, startRedis } from '@portal/testkit';

const TIMEOUT_MS = 500;
/** A replica is given its first copy without waiting for others to come. */
const AT_ONCE = ['--repl-diskless-sync-delay', '0'];

describe('the name of the server that holds the data', () => {
  let redis: OwnRedis;
  let other: OwnRedis;
  let store: DocumentStore;
  beforeEach(async () => {
    [redis, other] = await Promise.all([startRedis(...AT_ONCE), startRedis(...AT_ONCE)]);
    const connection = singleRedis(redis.url);
    store = createRedisStore({ connection, generation: 'g1', timeoutMs: TIMEOUT_MS });
  });
  afterEach(async () => {
    await store.close();
    await Promise.all([redis.stop(), other.stop()]);
  });

  /** Makes one server a copy of another. */
  async function replicate(replica: OwnRedis, master: OwnRedis): Promise<void> {
    await replica.command('replicaof', '127.0.0.1', String(master.port));
    await eventually(
      async () => String(await replica.command('info', 'replication')),
      (info) => info.includes('master_link_status:up'),
    );
  }

  async function names(): Promise<readonly string[]> {
    for (;;) {
      try {
        return [...(await store.servers())];
      } catch (error) {
        expect(error).toBeInstanceOf(StoreUnavailable);
      }
    }
  }

  it('stays when a replica comes and goes', async () => {
    const before = await names();
    await replicate(other, redis);
    expect(await names()).toEqual(before);
    await other.command('replicaof', 'no', 'one');
    expect(await names()).toEqual(before);
  });

  it('is another one after a restart', async () => {
    const before = await names();
    redis.signal('SIGKILL');
    await expect(store.servers()).rejects.toBeInstanceOf(StoreUnavailable);
    await redis.restart();
    expect(await names()).not.toEqual(before);
  });

  it('is another one when a replica answers at the same address', async () => {
    const before = await names();
    await replicate(other, redis);
    await other.command('replicaof', 'no', 'one');
    redis.signal('SIGKILL');
    await eventually(
      () => other.command('config', 'set', 'port', String(redis.port)),
      (answer) => answer === 'OK',
    );
    expect(await names()).not.toEqual(before);
  });

  it('is another one after the server was a replica in between', async () => {
    const before = await names();
    await replicate(redis, other);
    await redis.command('replicaof', 'no', 'one');
    expect(await names()).not.toEqual(before);
  });
});
