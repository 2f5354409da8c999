import {
  type CustomerRef,
  idHash,
  idRow,
  insertRow,
  lowHashBits,
  type Parts,
} from '@portal/projection';
import {
  createRedisStore,
  type DocumentStore,
  keysOf,
  type RecordChange,
  singleRedis,
} from '@portal/stores';
import { Redis } from 'ioredis';
import { benchCustomer } from '../events.ts';
import { atMost, type Figure, figuresOf, type Row } from '../row.ts';

const GENERATION = 'bench';
/** As many as a table gives each shard on average. */
const SHARD_ROWS = 64;
const FIRST_DAY = 20_000;
const DAYS = 400;
/** One apply takes so many shards or rows. */
const AT_ONCE = 1_000;

/** What a seen event id takes in Redis: a record with ids less the same record without, divided by their number. */
export const ids: Row = async ({ quick, services, prefix, say }) => {
  const own = `${prefix}-ids`;
  const connection = singleRedis(services.REDIS_URL);
  const store = createRedisStore({ connection, prefix: own, generation: GENERATION });
  const redis = new Redis(services.REDIS_URL);
  const keys = keysOf(own, GENERATION);
  const memoryOf = async (ref: CustomerRef): Promise<number> =>
    Number(await redis.call('MEMORY', 'USAGE', keys.record(ref), 'SAMPLES', '0'));
  const large = quick ? 100_000 : 1_000_000;
  let customer = 0;
  try {
    const figures: Figure[] = [];
    for (const count of [16, 1_000, large]) {
      const values: number[] = [];
      say(`ids: writing ${count} ids of one customer`);
      // A hash doubles its buckets now and then: records of few and of many other fields meet that at different counts.
      for (const sides of count === large ? [8] : SIDES) {
        const { ref } = benchCustomer((customer += 1));
        const without = await writeRecord(store, ref, sides);
        const before = await memoryOf(ref);
        await writeIds(store, without, count);
        values.push(((await memoryOf(ref)) - before) / count);
      }
      const what = `Redis memory an event id, ${count} ids`;
      figures.push(figuresOf('ids')(what, 'bytes', values, atMost(20, 16)));
    }
    return figures;
  } finally {
    redis.disconnect();
    await store.close();
  }
};

const SIDES = Array.from({ length: 32 }, (_, index) => index + 2);

async function writeRecord(
  store: DocumentStore,
  ref: CustomerRef,
  sides: number,
): Promise<RecordChange> {
  const set = new Map(Array.from({ length: sides }, (_, n) => [`side-${n}`, 'x'.repeat(300)]));
  const parts: Parts = new Map([['c', 'x'.repeat(3_000)]]);
  const change = { ref, expected: '', vector: 'v', parts, document: null, set, remove: [] };
  await applyOne(store, change);
  return change;
}

/** Half of the ids in shards that are set whole, the others as ids that are assumed to be absent. */
async function writeIds(store: DocumentStore, base: RecordChange, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => rowOf(n));
  const shards = new Map<number, string>();
  for (const row of rows.slice(0, count / 2)) {
    const shard = shardFor(row, count);
    shards.set(shard, insertRow(shards.get(shard) ?? '', row));
  }
  // The vector has one length before and after: it is not measured.
  let { vector } = base;
  const write = async (over: Partial<RecordChange>): Promise<void> => {
    const next = vector === 'v' ? 'w' : 'v';
    await applyOne(store, { ...base, expected: vector, vector: next, set: new Map(), ...over });
    vector = next;
  };
  for (const some of slices([...shards])) {
    await write({ set: new Map(some.map(([shard, text]) => [`d:${shard}`, text])) });
  }
  for (const some of slices(rows.slice(count / 2))) {
    const assumed = new Map<number, string[]>();
    for (const row of some) {
      const shard = shardFor(row, count);
      assumed.set(shard, [...(assumed.get(shard) ?? []), row]);
    }
    await write({ assumed });
  }
}

async function applyOne(store: DocumentStore, change: RecordChange): Promise<void> {
  const [result] = await store.apply([change]);
  if (result !== 'applied') throw new Error(`filling ended in '${result ?? 'nothing'}'`);
}

const rowOf = (n: number): string => {
  const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
  return idRow(idHash(id), FIRST_DAY + (n % DAYS), n % 4_096);
};

/** Linear hashing: as many shards as the rows fill, one more at a time, each by the low bits of its rows' hashes. */
function shardFor(row: string, count: number): number {
  const shards = Math.max(1, Math.ceil(count / SHARD_ROWS));
  const range = 2 ** Math.ceil(Math.log2(shards));
  const shard = lowHashBits(row) % range;
  return shard < shards ? shard : shard % (range / 2);
}

function* slices<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}
