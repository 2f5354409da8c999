import { parseIso, type Micros } from '@portal/billing';
import { DEFAULT_SETTINGS } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { singleRedis } from '@portal/stores';
import { listGroups } from '@portal/streams';
import {
  aCharge,
  anEntitlement,
  aSubscription,
  aUsage,
  CUSTOMER,
  eventually,
  ORGANIZATION,
  type OwnRedis,
  startRedis,
} from '@portal/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCorner } from '../e2e/corner.ts';
import { eventLine } from '../e2e/event-line.ts';
import { startService } from '../e2e/process.ts';
import { openReader, readDashboard } from '../e2e/reader.ts';
import { expectFreshFold } from './stored.ts';

const NOW = parseIso('2026-11-23T10:00:00Z') as Micros;

const bought = [
  aSubscription({
    charges: [aCharge({ aggregation: 'count', properties: { amount: '100' } })],
    entitlements: [anEntitlement()],
  }),
];
const used = (id: string) => aUsage({}, { event_id: id });

describe('Redis killed with -9 and back empty, under a running projector', () => {
  let redis: OwnRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('ends the projector instead of folding upon nothing; the next one makes every number again', async () => {
    const corner = { ...(await openCorner()), redis: singleRedis(redis.url) };
    const environment = { ...corner.environment, REDIS_URL: redis.url };
    const usageShown = async (url: string): Promise<number | undefined> => {
      const { summary } = await readDashboard(url, ORGANIZATION, CUSTOMER, NOW);
      return summary.upcoming_charges[0]?.usage_amount_cents;
    };

    await corner.publish([...bought, used('one'), used('two')].map((event) => eventLine(event)));
    const first = await startService('projector', environment);
    const reader = await openReader(corner, NOW);
    await eventually(
      () => usageShown(reader.url),
      (cents) => cents === 200,
    );

    const identity = () => redis.command('get', `${corner.prefix}:store`);
    const before = await identity();
    redis.signal('SIGKILL');
    await redis.restart();
    await corner.publish([eventLine(used('three'))]);
    expect(await first.exited).toBe(1);

    const second = await startService('projector', environment);
    await eventually(
      () => usageShown(reader.url),
      (cents) => cents !== undefined,
    );
    expect(await usageShown(reader.url)).toBe(300);
    expect(await second.kill('SIGTERM')).toBe(0);
    await reader.stop();
    await expectFreshFold(corner);

    // An emptied store is another store: what was committed for the one before says nothing of it.
    const groups = (await listGroups(corner.kafka, 10_000)).filter((group) =>
      group.startsWith(`${corner.prefix}.`),
    );
    const generation = generationOf(DEFAULT_SETTINGS);
    const groupOf = (store: unknown) => `${corner.prefix}.${String(store)}.${generation}`;
    expect(await identity()).not.toBe(before);
    expect([...groups].sort()).toEqual([groupOf(before), groupOf(await identity())].sort());
  });
});
