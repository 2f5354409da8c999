import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore, type DocumentStore, singleRedis } from '@portal/stores';
import { setUp } from '@portal/streams';
import { type OwnRedis, startRedis, until } from '@portal/testkit';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import { type Corner, openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { type ServiceProcess, startService } from '../e2e/process.ts';
import { type OwnRegistry, startOwnRegistry } from './own-registry.ts';
import {
  CUSTOMERS,
  NEWER,
  register,
  sendUsage,
  stopwatch,
  subscriptions,
  wallets,
} from './parked-usage.ts';
import { expectFreshFold } from './stored.ts';

/** Where all of the usage lies: enough customers for a storm. */
const PARTITION = 0;
const WITHIN_MS = 120_000;
// Two rounds of the healer, 30 s apart, and a rebalance, on a busy machine.
jest.setTimeout(2 * WITHIN_MS);

describe('a fault in the middle of healing a storm', () => {
  let redis: OwnRedis;
  let registry: OwnRegistry;
  let corner: Corner;
  let store: DocumentStore;
  let schemaId: number;
  beforeAll(async () => {
    [redis, registry] = await Promise.all([startRedis(), startOwnRegistry()]);
  });
  afterAll(() => Promise.all([redis.stop(), registry.stop()]));
  beforeEach(async () => {
    await beginEmpty();
    const made = await openCorner('single', undefined, registry.url);
    const environment = { ...made.environment, REDIS_URL: redis.url };
    corner = { ...made, redis: singleRedis(redis.url), environment };
    const generation = generationOf(DEFAULT_SETTINGS);
    store = createRedisStore({ connection: corner.redis, prefix: corner.prefix, generation });
    schemaId = await register(corner, 'usage', NEWER);
    await corner.publish([...subscriptions, ...wallets].map((event) => eventLine(event)));
    await sendUsage(corner, schemaId, PARTITION);
    await beginEmpty();
    await setUp({ ...corner });
  });
  afterEach(() => store.close());

  const beginEmpty = async (): Promise<void> => {
    await registry.kill();
    await registry.start();
  };
  const project = (): Promise<ServiceProcess> => startService('projector', corner.environment);
  const readiness = async ({ url }: ServiceProcess): Promise<string> => {
    const answer = (await (await fetch(`${url}/readyz`)).json()) as { readonly reason?: string };
    return answer.reason ?? 'ready';
  };
  /** Each projector tells how far behind it is in its own partitions. */
  const owned = async ({ url }: ServiceProcess): Promise<readonly number[]> => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const series = /^portal_projector_behind_seconds\{.*family="usage",partition="(\d+)"/gm;
    return [...metrics.matchAll(series)].map(([, partition]) => Number(partition));
  };
  const owns = async (one: ServiceProcess): Promise<boolean> =>
    (await owned(one)).includes(PARTITION);
  const isParked = async () =>
    (await store.beyondCount()) === CUSTOMERS.length && (await store.storms()).length === 1;
  const isHealed = async () =>
    (await store.parkedCount()) === 0 &&
    (await store.beyondCount()) === 0 &&
    (await store.storms()).length === 0;
  /** Once the schema is there and some of the customers are right. */
  const inTheMiddle = async (): Promise<void> => {
    expect(await register(corner, 'usage', NEWER)).toBe(schemaId);
    await until(
      'some are folded anew',
      async () => (await store.beyondCount()) < CUSTOMERS.length,
      WITHIN_MS,
    );
  };
  /** One that owns the storm's partition, one that does not. */
  const twoOfThem = async () => {
    const both = await Promise.all([project(), project()]);
    await until('all customers are beyond the limit', isParked, WITHIN_MS);
    // Who was first has all of them until the other one has joined, and may lose this one then.
    await until('each owns its share', async () => {
      const [first = [], second = []] = await Promise.all(both.map(owned));
      const isShared = first.length > 0 && second.length > 0;
      return isShared && [...first, ...second].sort().join() === '0,1,2,3,4,5';
    });
    const [first, second] = both;
    return (await owns(first)) ? ([first, second] as const) : ([second, first] as const);
  };

  it('kill -9 of who heals: another one goes on; until then only the owner is not ready', async () => {
    const tell = stopwatch('killed while healing');
    const [owner, other] = await twoOfThem();
    await until('the owner says it', async () => (await readiness(owner)) === 'storm');
    await until('the other one is ready', async () => (await readiness(other)) === 'ready');
    tell('a storm, and all customers beyond the limit; the schema comes');
    await inTheMiddle();
    await owner.kill('SIGKILL');
    const remaining = await store.beyondCount();
    tell(`killed, ${remaining} customers still beyond the limit`);
    expect(await store.storms()).toHaveLength(1);
    await until('nothing is parked', isHealed, WITHIN_MS);
    tell('all right');
    await expectFreshFold(corner);
    expect(await other.kill('SIGTERM')).toBe(0);
  });

  it('who heals is frozen, another one takes over its partition, and both go on', async () => {
    const tell = stopwatch('frozen while healing');
    const [owner, other] = await twoOfThem();
    tell('the schema comes');
    await inTheMiddle();
    owner.signal('SIGSTOP');
    const remaining = await store.beyondCount();
    tell(`frozen, ${remaining} customers still beyond the limit`);
    expect(await store.storms()).toHaveLength(1);
    await until('the other one has its partition', () => owns(other), WITHIN_MS);
    owner.signal('SIGCONT');
    tell('it goes on, no longer the owner');
    await until('nothing is parked', isHealed, WITHIN_MS);
    tell('all right');
    await expectFreshFold(corner);
    await Promise.all([owner.kill('SIGTERM'), other.kill('SIGTERM')]);
  });

  it('Redis is full: that is said, nothing is lost, and it goes on when there is room', async () => {
    const tell = stopwatch('full while healing');
    const projector = await project();
    await until('all customers are beyond the limit', isParked, WITHIN_MS);
    tell('the schema comes');
    await inTheMiddle();
    await redis.command('config', 'set', 'maxmemory', '1');
    await until('it says so', async () => (await readiness(projector)) === 'store_refuses_writes');
    tell(`full, ${await store.beyondCount()} customers still beyond the limit`);
    // What puts a record in another one's place deletes that first, which a full Redis takes: healing may go on. New
    // events wait.
    const before = await store.checkpoints();
    await corner.publish(wallets.map((event) => eventLine(event)));
    const waits = () => projector.log.some((line) => line.includes('will be tried again'));
    await until('new events wait', waits);
    expect(await store.checkpoints()).toEqual(before);
    await redis.command('config', 'set', 'maxmemory', '0');
    tell('there is room');
    await until('nothing is parked', isHealed, WITHIN_MS);
    tell('all right');
    await expectFreshFold(corner);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
