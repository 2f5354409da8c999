import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CustomerId, customerRef } from '@portal/projection';
import {
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  type DocumentReader,
  singleRedis,
} from '@portal/stores';
import {
  countCalls,
  countFaults,
  countRedis,
  eventually,
  ORGANIZATION,
  type OwnRedis,
  type RedisCounter,
  type RedisCounts,
  startRedis,
} from '@portal/testkit';
import {
  GENERATION,
  type RunningReader,
  startReader,
  storedCustomer,
  token,
} from './support/reader.ts';

/**
 * What a read costs, counted and not timed: on any machine the same numbers. A number that grew is a regression, however
 * fast the machine is.
 */
describe('reads', () => {
  let redis: OwnRedis;
  let documents: DocumentReader;
  let reader: RunningReader;
  let counter: RedisCounter;
  beforeEach(async () => {
    redis = await startRedis();
    await fill(redis.url);
    documents = createRedisReader({ connection: singleRedis(redis.url), budgetMs: 5_000 });
    reader = await startReader({ documents });
    counter = countRedis(redis.url);
    // From now on Redis tells what changes: a read of the same customer asks no more.
    await eventually(
      () => counter.during(() => read([WARM])),
      ({ commands }) => Object.keys(withoutPings(commands)).length === 0,
    );
  });
  afterEach(async () => {
    counter.close();
    await reader.stop();
    await documents.close();
    await redis.stop();
  });

  async function read(customers: readonly number[], include?: string): Promise<void> {
    for (const customer of customers) {
      const query = { token: tokenOf(customer), ...(include === undefined ? {} : { include }) };
      const answer = await reader.get(query);
      await answer.text();
      expect(answer.status).toBe(200);
    }
  }

  /** Of a few tries the one with the fewest commands: on a machine that stalls, Redis is asked anew what is live. */
  async function fewest(ask: (attempt: number) => Promise<void>): Promise<RedisCounts> {
    const tries: RedisCounts[] = [];
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const counts = await counter.during(() => ask(attempt));
      tries.push({ ...counts, commands: withoutPings(counts.commands) });
    }
    return tries.reduce((a, b) => (total(b) < total(a) ? b : a));
  }

  it('of customers that were not read before: one GET each, and its bytes once', async () => {
    const { commands, received, sent } = await fewest((attempt) => read(groupOf(attempt)));
    const more = 'a read asks more than once, or what is live is asked for with each';
    expect(countFaults({ get: { count: EACH, more } }, commands)).toEqual([]);
    const document = STORED[0]?.[1].document ?? '';
    const answer = Buffer.byteLength(document) + `$${document.length}\r\n\r\n`.length;
    // More: the document travels more than once, or something else does.
    expect(sent / EACH).toBeLessThan(answer + 10);
    expect(received / EACH).toBeLessThan(200);
  });

  it('again: none', async () => {
    await read(groupOf(0));
    const { commands } = await fewest(() => read(groupOf(0)));
    expect(commands).toEqual({});
  });

  it('with details: one script each, which reads document and record at one moment', async () => {
    const { commands } = await fewest(() => read(groupOf(0), 'details'));
    const expected = {
      evalsha_ro: { count: EACH, more: 'a read asks more than once' },
      get: { count: EACH, more: 'the script, or a read beside it, asks more than once' },
      hmget: { count: EACH, more: 'the record is read in pieces' },
    };
    expect(countFaults(expected, commands)).toEqual([]);
  });

  it('with meta: the document, and how current it is', async () => {
    const { commands } = await fewest(() => read(groupOf(0), 'meta'));
    const expected = {
      get: { count: EACH, more: 'a read asks more than once for the document' },
      hgetall: { count: EACH, more: 'a read asks more than once for how current it is' },
    };
    expect(countFaults(expected, commands)).toEqual([]);
  });

  it('render an answer once, and not again while it holds', async () => {
    const render = [{ file: 'reader/src/answer.ts', name: 'renderAnswer' }];
    expect(await countCalls(render, () => read(groupOf(0)))).toEqual([EACH]);
    expect(await countCalls(render, () => read(groupOf(0)))).toEqual([0]);
  });
});

const EACH = 40;
const TRIES = 3;
const CUSTOMERS = EACH * TRIES + 1;
/** Of no group. */
const WARM = CUSTOMERS - 1;

const groupOf = (group: number): readonly number[] =>
  Array.from({ length: EACH }, (_, index) => group * EACH + index);

const customerOf = (number: number): CustomerId =>
  `22222222-2222-4222-8222-${String(number).padStart(12, '0')}` as CustomerId;
const refOf = (number: number) => customerRef(ORGANIZATION, customerOf(number));
const tokenOf = (number: number): string => token({ customer_id: customerOf(number) });

const STORED = Array.from({ length: CUSTOMERS }, (_, number) => {
  const ref = refOf(number);
  return [ref, storedCustomer(ref)] as const;
});

/** The reader asks several times a second whether Redis is still there. */
function withoutPings({ ping: _, ...commands }: RedisCounts['commands']): RedisCounts['commands'] {
  return commands;
}

const total = ({ commands }: RedisCounts): number =>
  Object.values(commands).reduce((sum, count) => sum + count, 0);

async function fill(url: string): Promise<void> {
  const connection = singleRedis(url);
  const store = createRedisStore({ connection, generation: GENERATION });
  const pointer = createRedisPointer({ connection });
  const nothing = { expected: '', set: new Map(), remove: [] };
  await store.apply(STORED.map(([ref, stored]) => ({ ...nothing, ref, ...stored })));
  await pointer.switch(null, GENERATION);
  await Promise.all([store.close(), pointer.close()]);
}
