import { type DecodeError } from '@portal/contracts';
import { customerRef, DEFAULT_SETTINGS, type Entry, type PartitionName } from '@portal/projection';
import { type DocumentStore, type Checkpoint } from '@portal/stores';
import { aWallet, CUSTOMER, memoryBench, ORGANIZATION, until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { refold } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { follow, type Healed, startHealing } from './heal-on.ts';
import { testLog, type TestLog } from '../log-source.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const NO_SCHEMA: DecodeError = {
  ...{ code: 'unknown_schema_id', field: null, reason: 'the registry knows no schema 7' },
  schema_id: 7,
};
const COUNT = 60;
const event = (offset: number) => {
  const at = { family: 'wallets' as const, partition: 0, offset };
  const entry: Entry = { kind: 'event', at, event: aWallet({ version: offset + 1 }) };
  return recordOf(entry);
};

/** A store that folded a log with odd records that could not be read, and its log, which has become another one since. */
async function madeAgain(odd: number, count = COUNT) {
  const log = testLog(Array.from({ length: COUNT }, (_, offset) => event(offset)));
  log.refuse = ({ offset }) => (offset % 2 === 1 && offset < odd ? NO_SCHEMA : null);
  const bench = memoryBench();
  const store = bench.store(GENERATION);
  await follow(store, log);
  const last = { offset: COUNT - 1, fingerprint: log.fingerprintOf(COUNT - 1) };
  const checkpoint: Checkpoint = { next: COUNT, occurredAt: null, last };
  await store.advance(new Map<PartitionName, Checkpoint>([['wallets/0', checkpoint]]));
  log.refuse = () => null;
  log.records.splice(count);
  log.fingerprintOf = (offset) => `new ${offset}`;
  return { bench, store, log };
}

const stored = async (bench: ReturnType<typeof memoryBench>, store: DocumentStore) => ({
  records: await bench.stored(GENERATION, [REF]),
  parked: await store.parked(100),
  storms: await store.storms(),
});

const isSaid = ({ said }: Healed): Promise<boolean> =>
  Promise.resolve(said.join('').includes('is not the one that was folded'));

/** It is logged once a minute only. That it was checked again shows in the store, which every round asks. */
async function healedTwice(store: DocumentStore, log: TestLog): Promise<void> {
  let rounds = 0;
  const parkedCount: DocumentStore['parkedCount'] = (family) => {
    rounds += 1;
    return store.parkedCount(family);
  };
  const healing = startHealing({ ...store, parkedCount }, log);
  await until('it to be said', () => isSaid(healing));
  const before = rounds;
  await until('a whole round after that', () => rounds >= before + 2);
  await healing.stop();
}

describe('a log that was made again and that nobody accepted', () => {
  it.each([
    ['has the parked offsets', 20, COUNT],
    ['is shorter', 20, 4],
    ['is of a customer beyond the limit of holes', COUNT, COUNT],
  ])('heals nothing, and the parked records stay: it %s', async (_, odd, count) => {
    const { bench, store, log } = await madeAgain(odd, count);
    const before = await stored(bench, store);
    expect(before.parked).toHaveLength(odd / 2);
    await healedTwice(store, log);
    expect(await stored(bench, store)).toEqual(before);
  });

  it('takes no part in a storm that is looked at again', async () => {
    const { bench, store, log } = await madeAgain(0);
    const cause = { family: 'wallets', partition: 0, ...NO_SCHEMA } as const;
    await store.addToStorm(cause, [3, 5], 1);
    const before = await stored(bench, store);
    await healedTwice(store, log);
    expect(await stored(bench, store)).toEqual(before);
  });

  it('is written for no customer that is folded anew while it is made again', async () => {
    const { bench, store, log } = await madeAgain(COUNT);
    const before = await stored(bench, store);
    const results = await refold(
      {
        ...{ source: log.source, stopping: new AbortController().signal, store },
        ...{
          settings: DEFAULT_SETTINGS,
          now: () => 1,
          replaced: () => undefined,
          unread: () => undefined,
        },
      },
      [REF],
    );
    expect([...results]).toEqual([[REF, 'other_log']]);
    expect(await stored(bench, store)).toEqual(before);
  });
});
