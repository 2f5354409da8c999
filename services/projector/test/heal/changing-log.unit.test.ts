import { customerRef } from '@portal/projection';
import { type SourceRecord } from '@portal/streams';
import { aWallet, differences, ORGANIZATION } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { refill } from '../../src/heal/refill.ts';
import { refold, type Refolding } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { testLog, type TestLog } from '../log-source.ts';
import {
  differencesTo,
  disturbed,
  isOdd,
  NO_SCHEMA,
  OTHER,
  REF,
  refolding,
  rows,
  usage,
  wallet,
} from './disturbed.ts';
import { follow, healUntil } from './heal-on.ts';

describe('a log that changes while it is read', () => {
  const manyHoles = rows(400, usage);
  const isParked = ({ offset }: SourceRecord): boolean => offset % 2 === 0;

  /** The log is trimmed right after its begin was asked for. */
  const trimmedAfterTheCheck = (log: TestLog): Refolding['source'] => ({
    ...log.source,
    partitions: async () => {
      const now = await log.source.partitions();
      log.begin = 100;
      return now;
    },
  });

  it.each([
    ['anew', (all: Refolding) => refold(all, [REF])],
    ['once more', (all: Refolding) => refill(all, new Map([[REF, new Map()]]))],
  ])('is not taken for whole when it was trimmed meanwhile, folded %s', async (_, fold) => {
    const log = testLog(manyHoles);
    const bench = await disturbed(log, isParked);
    const before = await bench.stored(GENERATION, [REF]);
    const all = refolding(bench.store(GENERATION), log);
    await expect(fold({ ...all, source: trimmedAfterTheCheck(log) })).rejects.toThrow('trimmed');
    expect(differences(await bench.stored(GENERATION, [REF]), before)).toEqual([]);
  });

  it('takes nothing for lost while a topic is not there for a moment', async () => {
    const log = testLog([...manyHoles, ...rows(10, wallet)]);
    const bench = await disturbed(log, ({ family }) => family === 'usage');
    log.begin = 1;
    log.missing = ['usage'];
    const lacking = new Map([[REF, new Map([['usage/0', 200] as const])]]);
    const results = await refill(refolding(bench.store(GENERATION), log), lacking);
    expect([...results]).toEqual([[REF, 'other_log']]);
  });

  it('says what was trimmed away behind the look at it, also where no range of holes tells', async () => {
    const log = testLog(rows(40, usage));
    const bench = await disturbed(log, () => false);
    log.begin = 30;
    const lacking = new Map([[REF, new Map([['usage/0', 20] as const])]]);
    const results = await refill(refolding(bench.store(GENERATION), log), lacking);
    expect([...results]).toEqual([[REF, 'incomplete']]);
  });

  it('is read from further back when holes became a range meanwhile', async () => {
    const log = testLog(manyHoles);
    const stranger = { ...manyHoles[300]!, key: customerRef(ORGANIZATION, OTHER) };
    log.records[300] = stranger;
    // A hundred single holes, and one under a key that is not its own.
    const hundred = (one: SourceRecord): boolean =>
      one.offset === 300 || (one.offset % 2 === 0 && one.offset >= 20 && one.offset < 220);
    const bench = await disturbed(log, hundred);
    const store = bench.store(GENERATION);
    log.begin = 10;
    const live = [usage(400)];
    log.beforeBatch = async () => {
      const [record] = live.splice(0);
      if (record === undefined) return;
      log.records.push(record);
      log.refuse = ({ offset }) => (offset === 400 ? NO_SCHEMA : null);
      await follow(store, { ...log, batches: () => log.batches().slice(-1) });
      log.refuse = () => null;
    };
    const lacking = new Map([[REF, new Map([['usage/0', 300] as const])]]);
    const results = await refill(refolding(store, log), lacking);
    expect([...results]).toEqual([[REF, 'replaced']]);
    const undisturbed = await disturbed(testLog(log.records), () => false);
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });

  it('made again and shorter by now, leaves its own customers as they are and keeps no other from healing', async () => {
    const other = customerRef(ORGANIZATION, OTHER);
    const theirs = rows(400, (index) =>
      recordOf({
        ...{ kind: 'event', at: { family: 'wallets', partition: 0, offset: index } },
        event: aWallet({ version: index + 1 }, { customer_id: OTHER }),
      }),
    );
    const log = testLog([...manyHoles, ...theirs]);
    const bench = await disturbed(log, isOdd);
    const store = bench.store(GENERATION);
    const last = { offset: 399, fingerprint: 'old 399' };
    await store.advance(new Map([['usage/0', { next: 400, occurredAt: null, last }]]));
    log.records.splice(0, 400, usage(0));
    const before = await bench.stored(GENERATION, [REF]);
    const lacking = new Map([REF, other].map((ref) => [ref, new Map()]));
    const results = await refill(refolding(store, log), lacking);
    expect([...results]).toEqual([
      [REF, 'other_log'],
      [other, 'replaced'],
    ]);
    expect(differences(await bench.stored(GENERATION, [REF]), before)).toEqual([]);
  });
});

describe('a partition that cannot be read', () => {
  it('is named, and keeps no other one from healing', async () => {
    const log = testLog([...rows(10, usage), ...rows(10, wallet)]);
    const bench = await disturbed(log, ({ offset }) => offset === 5);
    const store = bench.store(GENERATION);
    const { read } = log.source;
    const source: TestLog['source'] = {
      ...log.source,
      read: (at, from, to) => {
        if (at.family === 'usage') throw new Error('usage/0 is compressed in a way nobody knows');
        return read(at, from, to);
      },
    };
    const isHealed = async () => (await store.parkedCount('wallets')) === 0;
    const { said } = await healUntil(store, { ...log, source }, 'the wallets to heal', isHealed);
    expect(await store.parkedCount('usage')).toBe(1);
    expect(said.join('')).toContain('compressed in a way nobody knows');
  });
});
