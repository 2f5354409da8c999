import { DEFAULT_SETTINGS, FAMILIES } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisStore, type DocumentStore, singleRedis } from '@portal/stores';
import { setUp } from '@portal/streams';
import { type OwnRedis, startRedis, until } from '@portal/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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
  usage,
  wallets,
} from './parked-usage.ts';
import { expectFreshFold } from './stored.ts';

describe('a schema registry that lost its schemas', () => {
  let redis: OwnRedis;
  let registry: OwnRegistry;
  let corner: Corner;
  let store: DocumentStore;
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
  });
  afterEach(() => store.close());

  const beginEmpty = async (): Promise<void> => {
    await registry.kill();
    await registry.start();
  };
  const isHeld = async ({ url }: ServiceProcess): Promise<boolean> => {
    const answer = (await (await fetch(`${url}/readyz`)).json()) as { readonly reason?: string };
    return answer.reason === 'held';
  };
  const project = (): Promise<ServiceProcess> => startService('projector', corner.environment);
  const isHealed = async () =>
    (await store.parkedCount()) === 0 &&
    (await store.beyondCount()) === 0 &&
    (await store.storms()).length === 0;
  const end = async (projector: ServiceProcess): Promise<void> => {
    await expectFreshFold(corner);
    expect(await projector.kill('SIGTERM')).toBe(0);
  };

  it('parks nothing while it does not know our subjects, and everything is right once it does', async () => {
    const tell = stopwatch('emptied');
    await corner.publish([...subscriptions, ...usage, ...wallets].map((event) => eventLine(event)));
    const first = await project();
    await until('some of it is folded', async () => (await store.checkpoints()).size > 0);
    await Promise.all([registry.kill(), first.kill('SIGKILL')]);
    await registry.start();

    tell('registry empty, projector starts');
    const second = await project();
    // One line a minute, for whichever topic came first.
    const reason = `the schema registry does not know ${corner.prefix}.`;
    await until('it says what is missing', () => second.log.some((line) => line.includes(reason)));
    tell('said');
    const before = await store.checkpoints();
    let polls = 0;
    await until('it waits, however often one looks', async () => {
      polls = (await isHeld(second)) ? polls + 1 : 0;
      return polls >= 20;
    });
    expect(await store.parkedCount()).toBe(0);
    expect(await store.checkpoints()).toEqual(before);

    tell('schemas are registered');
    await setUp({ ...corner });
    await end(second);
    tell('all right');
    expect(await isHealed()).toBe(true);
  });

  it('filled in another order parks what it misnames; filled as it was, all closes by itself', async () => {
    const tell = stopwatch('another order');
    await corner.publish([...subscriptions, ...usage, ...wallets].map((event) => eventLine(event)));
    await beginEmpty();
    for (const family of [...FAMILIES].reverse()) await register(corner, family);
    tell('registry filled in another order, projector starts');
    const projector = await project();
    await until(
      'all customers are beyond the limit',
      async () => (await store.beyondCount()) === CUSTOMERS.length,
    );
    tell(`${await store.parkedCount()} parked, ${CUSTOMERS.length} customers beyond the limit`);
    await beginEmpty();
    await setUp({ ...corner });
    tell('registry filled as it was');
    await until('nothing is parked', isHealed, 100_000);
    tell('all right');
    await end(projector);
  });

  it('without a newer schema parks what names it; when that comes, all closes by itself, also over a kill -9', async () => {
    const tell = stopwatch('unknown id');
    const id = await register(corner, 'usage', NEWER);
    await corner.publish([...subscriptions, ...wallets].map((event) => eventLine(event)));
    await sendUsage(corner, id);
    await beginEmpty();
    await setUp({ ...corner });
    const first = await project();
    await until(
      'all customers are beyond the limit',
      async () => (await store.beyondCount()) === CUSTOMERS.length,
    );
    await until('all are parked', async () => (await store.parkedCount()) === usage.length);
    tell(`${usage.length} parked, ${CUSTOMERS.length} customers beyond the limit`);

    expect(await register(corner, 'usage', NEWER)).toBe(id);
    tell('the schema is there');
    await until('some are folded anew', async () => (await store.beyondCount()) < CUSTOMERS.length);
    await first.kill('SIGKILL');
    tell(`killed, ${await store.beyondCount()} customers still beyond the limit`);
    const second = await project();
    await until('nothing is parked', isHealed, 100_000);
    tell('all right');
    const counted = (await (await fetch(`${second.url}/metrics`)).text()).split('\n');
    expect(counted.filter((line) => line.startsWith('portal_projector_parked_total{'))).toEqual([]);
    await end(second);
  });
});
