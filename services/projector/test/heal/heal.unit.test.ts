import { type DecodeError } from '@portal/contracts';
import { customerRef, type CustomerRef, type Entry } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import {
  aCustomer,
  aSubscription,
  aUsage,
  aWallet,
  CUSTOMER,
  differences,
  failNth,
  memoryBench,
  ORGANIZATION,
  type StoreBench,
  until,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { follow, healUntil, startHealing } from './heal-on.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { testLog, type TestLog } from '../log-source.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const NO_SCHEMA: DecodeError = {
  ...{
    code: 'unknown_schema_id',
    field: null,
    reason: 'the registry knows no schema 7',
    schema_id: 7,
  },
};
const GARBAGE: DecodeError = { code: 'avro_garbage', field: null, reason: 'no Avro', schema_id: 7 };

const event = (family: 'usage' | 'wallets' | 'customers' | 'subscriptions', offset: number) => {
  const made = {
    usage: () => aUsage({}, { event_id: `id-${offset}` }),
    wallets: () => aWallet({ version: offset + 1 }),
    customers: () => aCustomer({ version: offset + 1 }),
    subscriptions: () => aSubscription({ version: offset + 1 }),
  }[family]();
  const entry: Entry = { kind: 'event', at: { family, partition: 0, offset }, event: made };
  return recordOf(entry);
};

/** A customer with usage and wallets; `count` of each. */
const logOf = (count: number): TestLog =>
  testLog([
    event('customers', 0),
    event('subscriptions', 0),
    ...Array.from({ length: count }, (_, offset) => event('usage', offset)),
    ...Array.from({ length: count }, (_, offset) => event('wallets', offset)),
  ]);

const isOdd = ({ offset, family }: SourceRecord): boolean =>
  offset % 2 === 1 && (family === 'usage' || family === 'wallets');

/** The bytes of a store that was given the log while all of it could be read. */
async function undisturbed(log: TestLog) {
  const bench = memoryBench();
  const { refuse } = log;
  log.refuse = () => null;
  await follow(bench.store(GENERATION), log);
  log.refuse = refuse;
  return bench.stored(GENERATION, [REF]);
}

async function expectRight(bench: StoreBench, log: TestLog): Promise<void> {
  expect(differences(await bench.stored(GENERATION, [REF]), await undisturbed(log))).toEqual([]);
  expect(await bench.store(GENERATION).parkedCount()).toBe(0);
  expect(await bench.store(GENERATION).beyondCount()).toBe(0);
}

const isEmpty = (store: DocumentStore) => async () => (await store.parkedCount()) === 0;
const vectorOf = async (store: DocumentStore, ref: CustomerRef = REF) =>
  (await store.load([{ ref, fields: [] }]))[0]?.vector ?? '';

/** A store with the log folded while its odd records could not be read. */
async function disturbed(log: TestLog, error = NO_SCHEMA) {
  const bench = memoryBench();
  log.refuse = (record) => (isOdd(record) ? error : null);
  await follow(bench.store(GENERATION), log);
  return bench;
}

describe('parked records whose cause is gone', () => {
  it.each([
    ['single holes', 20, ''],
    ['over a hundred', 300, '!usage/0@1-299#150 !wallets/0@1-299#150'],
  ])(
    'close %s by themselves, to the bytes of a run without the fault',
    async (_, count, ranges) => {
      const log = logOf(count);
      const bench = await disturbed(log);
      const store = bench.store(GENERATION);
      expect(await vectorOf(store)).toContain(ranges);
      expect(await store.parkedCount()).toBe(count);
      expect(await store.beyondCount()).toBe(ranges === '' ? 0 : 1);
      log.refuse = () => null;
      await healUntil(store, log, 'nothing is parked', isEmpty(store));
      await expectRight(bench, log);
    },
  );

  it('wait for it as long as it lasts, and are looked at again', async () => {
    const log = logOf(4);
    const bench = await disturbed(log);
    const store = bench.store(GENERATION);
    const reads = { count: 0 };
    log.beforeBatch = () => {
      reads.count += 1;
      return Promise.resolve();
    };
    const healing = startHealing(store, log);
    // One probe of each partition in every look.
    await until('three looks', () => reads.count >= 6);
    expect(await store.parkedCount()).toBe(4);
    log.refuse = () => null;
    await until('nothing is parked', isEmpty(store));
    await healing.stop();
    await expectRight(bench, log);
  });

  it('leave those with another cause: the customer has few enough holes again to list them', async () => {
    const log = logOf(300);
    const isGarbage = ({ family, offset }: SourceRecord) =>
      family === 'wallets' && offset % 100 === 1;
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    log.refuse = (record) => (isGarbage(record) ? GARBAGE : isOdd(record) ? NO_SCHEMA : null);
    await follow(store, log);
    log.refuse = (record) => (isGarbage(record) ? GARBAGE : null);
    await healUntil(store, log, 'three are left', async () => (await store.parkedCount()) === 3);
    expect(await vectorOf(store)).toBe(
      'customers/0@0 subscriptions/0@0 usage/0@299 wallets/0@299 !wallets/0@1 !wallets/0@101 !wallets/0@201',
    );
    // A new process, with code that can read them.
    log.refuse = () => null;
    await healUntil(store, log, 'nothing is parked', isEmpty(store));
    await expectRight(bench, log);
  });

  it.each([
    ['single holes', 10],
    ['over a hundred', 110],
  ])('lose nothing, whichever call to the store fails on the way: %s', async (_, count) => {
    for (const when of ['before', 'after'] as const) {
      let fired = true;
      for (let nth = 1; fired; nth += 1) {
        const log = logOf(count);
        const bench = await disturbed(log);
        const inner = bench.store(GENERATION);
        log.refuse = () => null;
        const store = failNth(inner, nth, when);
        await healUntil(store, log, `nothing is parked, call ${nth}`, isEmpty(inner));
        fired = store.fired();
        await expectRight(bench, log);
        if (nth > 60) throw new Error('it does not end');
      }
    }
  });

  it('take in what came while the log was read', async () => {
    const log = logOf(300);
    const bench = await disturbed(log);
    const store = bench.store(GENERATION);
    log.refuse = () => null;
    let later = 0;
    const busy: DocumentStore = {
      ...store,
      apply: async (changes) => {
        if (changes.some(({ replace }) => replace === true) && later < 3) {
          later += 1;
          log.records.push(event('usage', 299 + later), event('wallets', 299 + later));
          await follow(store, log);
        }
        return store.apply(changes);
      },
    };
    await healUntil(busy, log, 'nothing is parked', isEmpty(store));
    expect(later).toBe(3);
    await expectRight(bench, log);
  });

  it('are left alone where the log was not followed yet: an event must not overtake others', async () => {
    const log = logOf(10);
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    // Parked by a process that died before it wrote any record.
    await store.park([
      {
        ...{ family: 'usage', partition: 0, offset: 5, key: REF, ref: REF, seenAt: 1 },
        ...NO_SCHEMA,
      },
    ]);
    const checks = { count: 0 };
    const counting: DocumentStore = {
      ...store,
      parkedPage: (...args) => {
        checks.count += 1;
        return store.parkedPage(...args);
      },
    };
    const healing = startHealing(counting, log, 5);
    await until('some looks', () => checks.count > 20);
    await healing.stop();
    expect(await vectorOf(store)).toBe('');
    await follow(store, log);
    await healUntil(store, log, 'nothing is parked', isEmpty(store));
    await expectRight(bench, log);
  });

  it.each([
    ['no key', null],
    [
      'the key of another customer',
      customerRef(ORGANIZATION, '77777777-7777-4777-8777-777777777777' as never),
    ],
  ])('that had %s are folded in where they belong', async (_, key) => {
    const log = logOf(6);
    const at = log.records.findIndex(({ family, offset }) => family === 'usage' && offset === 3);
    log.records[at] = { ...log.records[at]!, key };
    const bench = await disturbed(log);
    const store = bench.store(GENERATION);
    log.refuse = () => null;
    await healUntil(store, log, 'nothing is parked', isEmpty(store));
    await expectRight(bench, log);
    if (key !== null) expect(await vectorOf(store, key)).toBe('usage/0@3');
  });

  it('replace no record by one with a hole more: what was read then and is not now stays', async () => {
    const log = logOf(300);
    const bench = await disturbed(log);
    const store = bench.store(GENERATION);
    const before = await bench.stored(GENERATION, [REF]);
    log.refuse = ({ family }) => (family === 'customers' ? GARBAGE : null);
    const healing = startHealing(store, log);
    await until('it is said', () => healing.said.some((line) => line.includes('"result":"worse"')));
    await healing.stop();
    expect(differences(await bench.stored(GENERATION, [REF]), before)).toEqual([]);
  });

  it('keep no process from stopping, also while the log does not answer', async () => {
    const log = logOf(4);
    const bench = await disturbed(log);
    let waits = false;
    log.beforeBatch = () => {
      waits = true;
      return new Promise(() => undefined);
    };
    const healing = startHealing(bench.store(GENERATION), log);
    await until('it waits', () => waits);
    await healing.stop();
    expect(await bench.store(GENERATION).parkedCount()).toBe(4);
  });
});
