import { type DecodeError } from '@portal/contracts';
import { customerRef, type Entry } from '@portal/projection';
import {
  aSubscription,
  aWallet,
  CUSTOMER,
  differences,
  memoryBench,
  ORGANIZATION,
  until,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { GENERATION, recordOf } from './harness.ts';
import { follow, startHealing } from './heal/heal-on.ts';
import { testLog } from './log-source.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
/** Its cause does not pass while a process runs: such records are checked once after an assignment. */
const GARBAGE: DecodeError = { code: 'avro_garbage', field: null, reason: 'no Avro' };

const events: readonly Entry[] = [
  { kind: 'event', at: { family: 'wallets', partition: 0, offset: 0 }, event: aWallet({}) },
  {
    kind: 'event',
    at: { family: 'subscriptions', partition: 0, offset: 0 },
    event: aSubscription({}),
  },
];

describe('parked records of a topic that is not there', () => {
  it('wait for it, however rarely they are looked at, while those of the others are taken in', async () => {
    const log = testLog(events.map((entry) => recordOf(entry)));
    log.refuse = () => GARBAGE;
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    await follow(store, log);
    const parked = async () => (await store.parked(10)).map(({ family }) => family).sort();
    expect(await parked()).toEqual(['subscriptions', 'wallets']);
    log.refuse = () => null;
    log.missing = ['wallets'];
    const healing = startHealing(store, log);
    try {
      const isSaid = () => Promise.resolve(healing.said.join('').includes('wallets/0'));
      await until('the other one', async () => (await store.parkedCount()) === 1);
      await until('it to be said', isSaid);
      expect(await parked()).toEqual(['wallets']);

      log.missing = [];
      await until('nothing to be parked', async () => (await store.parkedCount()) === 0);
    } finally {
      await healing.stop();
    }
    expect(healing.fatal).toEqual([]);
    const undisturbed = memoryBench();
    await follow(undisturbed.store(GENERATION), testLog(events.map((entry) => recordOf(entry))));
    const goal = await undisturbed.stored(GENERATION, [REF]);
    expect(differences(await bench.stored(GENERATION, [REF]), goal)).toEqual([]);
  });
});
