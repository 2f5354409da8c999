import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BillingEvent, type CustomerId, type Entry, type Family } from '@portal/projection';
import { createRedisStore, type DocumentStore, singleRedis } from '@portal/stores';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  aWallet,
  countCalls,
  countFaults,
  countRedis,
  type OwnRedis,
  type RedisCounter,
  startRedis,
} from '@portal/testkit';
import { followerOn, noAlive } from './follow/follower-on.ts';
import { batchOf, GENERATION, recordOf } from './harness.ts';

/**
 * What one more usage event of a known customer costs, counted and not timed: on any machine the same numbers. A number
 * that grew is a regression, however fast the machine is.
 */
describe('usage events of known customers', () => {
  let redis: OwnRedis;
  let store: DocumentStore;
  let counter: RedisCounter;
  let give: (events: readonly BillingEvent[]) => Promise<unknown>;
  beforeEach(async () => {
    redis = await startRedis();
    store = createRedisStore({ connection: singleRedis(redis.url), generation: GENERATION });
    counter = countRedis(redis.url);
    give = logTo(store);
    for (let customer = 0; customer < CUSTOMERS; customer += 1) {
      for (const fact of factsOf(customer)) await give([fact]);
      for (let index = 0; index < 20; index += 1) await give([usageOf(customer, index)]);
    }
  });
  afterEach(async () => {
    counter.close();
    await store.close();
    await redis.stop();
  });

  it('a hundred in a batch each: two scripts per batch, one load where ids get another shard', async () => {
    const { commands, received, sent } = await counter.during(async () => {
      for (let index = 20; index < 120; index += 1) await give([usageOf(0, index)]);
    });
    expect(countFaults(ALONE, commands)).toEqual([]);
    // More bytes sent to Redis: texts are written again that did not change. More from it: they are loaded again.
    expect(received / 100).toBeLessThan(3_850);
    expect(sent / 100).toBeLessThan(50);
  });

  it('a hundred in one batch: one script per customer and one for the batch', async () => {
    const batch = Array.from({ length: 100 }, (_, index) =>
      usageOf(index % CUSTOMERS, 100 + index),
    );
    const { commands } = await counter.during(() => give(batch));
    expect(countFaults(TOGETHER, commands)).toEqual([]);
  });

  it('are priced anew for their own metric and period alone', async () => {
    const counted = [
      { file: 'billing/src/charges/charge.ts', name: 'priceCharge' },
      { file: 'billing/src/charges/price.ts', name: 'readPrice' },
      { file: 'projection/src/project/project.ts', name: 'project' },
    ];
    const [prices = 0, plans = 0, projected = 0] = await countCalls(counted, async () => {
      for (let index = 20; index < 30; index += 1) await give([usageOf(0, index)]);
    });
    expect(countFaults(CALLS, { prices, plans, projected })).toEqual([]);
  });
});

const CUSTOMERS = 5;

const ALONE = {
  evalsha: { count: 200, more: 'a batch takes more round trips than apply and advance' },
  hmget: { count: 1, more: 'known customers are loaded again' },
  hgetall: { count: 1, more: 'the checkpoints are read where nothing was loaded' },
  info: { count: 1, more: 'the servers are asked for where nothing was loaded' },
  exists: { count: 101, more: 'a script, or a load, asks for more keys' },
  hget: { count: 299, more: 'a script reads more fields' },
  hset: { count: 299, more: 'a script writes more fields, one by one' },
  set: { count: 100, more: 'a document is written more than once' },
};

const TOGETHER = {
  evalsha: { count: 6, more: 'events of one customer in one batch are not written together' },
  exists: { count: 5, more: 'a script asks for more keys' },
  hget: { count: 11, more: 'a script reads more fields' },
  hset: { count: 11, more: 'a script writes more fields, one by one' },
  set: { count: 5, more: 'a document is written more than once' },
};

/** Of ten events. */
const CALLS = {
  prices: { count: 10, more: 'charges are priced whose usage did not change' },
  plans: { count: 10, more: 'prices are read from the terms of a charge again' },
  projected: { count: 10, more: 'a state is projected more than once' },
};

/** Whatever it is given, behind what it was given before, as a batch of one partition. */
function logTo(store: DocumentStore) {
  const { follower } = followerOn(store);
  const ends = new Map<Family, number>();
  return async (events: readonly BillingEvent[]): Promise<void> => {
    const records = events.map((event) => {
      const offset = ends.get(event.family) ?? 0;
      ends.set(event.family, offset + 1);
      const entry: Entry = {
        ...{ kind: 'event', at: { family: event.family, partition: 0, offset }, event },
      };
      return recordOf(entry);
    });
    expect(await follower.take([batchOf(records)], noAlive)).toBe('commit');
  };
}

const METRICS = ['api_calls', 'emails_sent', 'storage_gb'];
const CHARGES = METRICS.map((metric) =>
  aCharge({ id: metric, metric_code: metric, metric_name: metric, aggregation: 'sum' }),
);

const ownerOf = (customer: number) => ({
  customer_id: `22222222-2222-4222-8222-${String(customer).padStart(12, '0')}` as CustomerId,
});

function factsOf(customer: number): readonly BillingEvent[] {
  const around = ownerOf(customer);
  return [
    aCustomer({}, { ...around, event_id: `c-${customer}` }),
    aSubscription(
      { charges: CHARGES, entitlements: [anEntitlement()] },
      { ...around, event_id: `s-${customer}` },
    ),
    anInvoice({}, { ...around, event_id: `i-${customer}` }),
    aWallet({}, { ...around, event_id: `w-${customer}` }),
  ];
}

/** All on one day, of two metrics in turn. */
function usageOf(customer: number, index: number): BillingEvent {
  const instant = at('2026-11-17T10:00:00Z');
  const id = `00000000-0000-4000-${8_000 + customer}-${String(index).padStart(12, '0')}`;
  return aUsage(
    { metric_code: METRICS[index % 2] ?? '', value: '3', timestamp: instant },
    { ...ownerOf(customer), event_id: id, occurred_at: instant },
  );
}
