import { customerRef, type CustomerRef } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import {
  arbitraryBusyStory,
  arbitraryRecentUsage,
  aUsage,
  logOf,
  ORGANIZATION,
  type StoreBench,
  withOneContent,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownerOf } from '../../src/batch/group.ts';
import { refill } from '../../src/heal/refill.ts';
import { refold } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
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
import { testLog, type TestLog } from '../log-source.ts';

async function refilled(store: DocumentStore, log: TestLog, ref = REF, entriesMax?: number) {
  const refs = new Map([[ref, new Map()]]);
  return (await refill(refolding(store, log), refs, entriesMax)).get(ref);
}

const vectorOf = async (bench: StoreBench, ref: CustomerRef = REF) =>
  (await bench.stored(GENERATION, [ref]))[0]?.vector ?? '';

/** A busy customer with many records; `parked` says which could not be read at first, as numbers from 0 to 9. */
const arbitraryTrimmed = () =>
  fc.record({
    story: arbitraryBusyStory(),
    more: fc.array(arbitraryRecentUsage(), { minLength: 110, maxLength: 120, size: 'max' }),
    parked: fc.array(fc.nat({ max: 9 }), { minLength: 40, maxLength: 40, size: 'max' }),
    cut: fc.nat({ max: 60 }),
  });

describe('a customer with many holes whose log begins later by now', () => {
  it('is right, byte for byte, whatever was folded of what is read once more', async () => {
    let right = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryTrimmed(), async ({ story, more, parked, cut }) => {
        const unique = more.map((event, index) => ({ ...event, event_id: `more-${index}` }));
        const events = [...story, ...unique].map(withOneContent);
        const log = testLog(
          logOf(events)
            .flat()
            .map((entry) => recordOf(entry)),
        );
        const [ref] = log.records.map(ownerOf);
        if (!ref) throw new Error('it has an owner');
        const isParked = ({ family, offset }: SourceRecord): boolean =>
          (parked[offset % 40] ?? 0) < (family === 'usage' ? 9 : 5);
        const holes = log.records.filter(isParked);
        const bench = await disturbed(log, isParked);
        if (!(await vectorOf(bench, ref)).includes('#')) return;
        const undisturbed = await disturbed(log, () => false);
        // Some of it is trimmed, but nothing that was parked.
        log.begin = Math.min(...holes.map(({ offset }) => offset), cut);
        const result = await refilled(bench.store(GENERATION), log, ref);
        expect(result).toBe('replaced');
        expect(await differencesTo(bench, undisturbed, ref)).toEqual([]);
        right += 1;
      }),
      { numRuns: 20 },
    );
    expect(right).toBeGreaterThan(2);
  });
});

describe('what the log does not hold any more', () => {
  it('stays a range of holes, and everything else is taken in', async () => {
    const log = testLog([...rows(400, usage), ...rows(10, wallet)]);
    const bench = await disturbed(
      log,
      ({ family, ...one }) => family === 'usage' && isOdd(one as SourceRecord),
    );
    expect(await vectorOf(bench)).toBe('usage/0@399 wallets/0@9 !usage/0@21-399#190');
    log.begin = 100;
    log.records.splice(400);
    expect(await refilled(bench.store(GENERATION), log)).toBe('incomplete');
    // 40 of them, which nobody can know.
    expect(await vectorOf(bench)).toBe('usage/0@399 wallets/0@9 !usage/0@21-99#79');
    expect(await refilled(bench.store(GENERATION), log)).toBe('incomplete');
  });
});

describe('records that are read once more', () => {
  it('are in memory for as many customers as fit, one after another; one that does not fit stays as it is', async () => {
    const log = testLog(rows(400, usage));
    const other = customerRef(ORGANIZATION, OTHER);
    const theirs = rows(400, (index) => ({
      ...recordOf({
        ...{ kind: 'event', at: { family: 'usage', partition: 0, offset: 400 + index } },
        event: aUsage({}, { event_id: `other-${index}`, customer_id: OTHER }),
      }),
    }));
    log.records.push(...theirs);
    const bench = await disturbed(log, isOdd);
    const undisturbed = await disturbed(log, () => false);
    log.begin = 10;
    const store = bench.store(GENERATION);
    let reads = 0;
    log.beforeBatch = () => Promise.resolve(void (reads += 1));
    const lacking = new Map([
      [REF, new Map()],
      [other, new Map()],
    ]);
    expect([...(await refill(refolding(store, log), lacking, 300))]).toEqual([
      [REF, 'too_many'],
      [other, 'too_many'],
    ]);
    expect(await vectorOf(bench)).toContain('#190');
    reads = 0;
    expect([...(await refill(refolding(store, log), lacking, 400))]).toEqual([
      [REF, 'replaced'],
      [other, 'replaced'],
    ]);
    // All of it, then what of it is of the second customer, in batches of 50.
    expect(reads).toBeGreaterThan(800 / 50);
    for (const ref of [REF, other]) {
      expect(await differencesTo(bench, undisturbed, ref)).toEqual([]);
    }
  });

  it('are recognised among many event ids, of which only some are loaded', async () => {
    const log = testLog(rows(1_000, usage));
    const isLate = (one: SourceRecord): boolean => isOdd(one) && one.offset > 700;
    const bench = await disturbed(log, isLate);
    const undisturbed = await disturbed(log, () => false);
    log.begin = 10;
    expect(await vectorOf(bench)).toContain('#150');
    expect(await refilled(bench.store(GENERATION), log)).toBe('replaced');
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });

  it('are told of, once each, when they cannot be read this time either', async () => {
    for (const begin of [0, 10]) {
      const log = testLog(rows(400, usage));
      const bench = await disturbed(log, isOdd);
      log.refuse = (record) => (isOdd(record) ? NO_SCHEMA : null);
      log.begin = begin;
      const told: number[] = [];
      const all = {
        ...refolding(bench.store(GENERATION), log),
        unread: ({ offset }: { readonly offset: number }) => void told.push(offset),
      };
      if (begin === 0) await refold(all, [REF]);
      else await refill(all, new Map([[REF, new Map()]]));
      expect(told).toEqual(log.records.filter(isOdd).map(({ offset }) => offset));
    }
  });

  it('are those of a record that was parked under the key of another customer, too', async () => {
    const log = testLog(rows(40, usage));
    log.records[20] = { ...log.records[20]!, key: customerRef(ORGANIZATION, OTHER) };
    const bench = await disturbed(log, ({ offset }) => offset === 20);
    const undisturbed = await disturbed(log, () => false);
    log.begin = 10;
    const lacking = new Map([[REF, new Map([['usage/0', 20] as const])]]);
    const results = await refill(refolding(bench.store(GENERATION), log), lacking);
    expect([...results]).toEqual([[REF, 'replaced']]);
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });
});
