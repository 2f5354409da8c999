import { type DecodeError } from '@portal/contracts';
import { type Micros } from '@portal/billing';
import {
  type BillingEvent,
  type CustomerId,
  customerRef,
  type CustomerRef,
  DEFAULT_SETTINGS,
  type Entry,
} from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import {
  arbitraryBusyStory,
  arbitraryRecentUsage,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  differences,
  logOf,
  memoryBench,
  ORGANIZATION,
  type StoreBench,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownerOf } from '../../src/batch/group.ts';
import { refill } from '../../src/heal/refill.ts';
import { refold, type Refolding } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { follow } from './heal-on.ts';
import { testLog, type TestLog } from '../log-source.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const OTHER = '77777777-7777-4777-8777-777777777777' as CustomerId;
const NO_SCHEMA: DecodeError = {
  ...{ code: 'unknown_schema_id', field: null, reason: 'the registry knows no schema 7' },
  schema_id: 7,
};

const refolding = (store: DocumentStore, log: TestLog): Refolding => ({
  ...{ source: log.source, stopping: new AbortController().signal, store },
  ...{ settings: DEFAULT_SETTINGS, now: () => 1, replaced: () => undefined },
  unread: () => undefined,
});

async function refilled(store: DocumentStore, log: TestLog, ref = REF, entriesMax?: number) {
  const refs = new Map([[ref, new Map()]]);
  return (await refill(refolding(store, log), refs, entriesMax)).get(ref);
}

/** A store with the log folded while these records could not be read. */
async function disturbed(log: TestLog, isParked: (record: SourceRecord) => boolean) {
  const bench = memoryBench();
  log.refuse = (record) => (isParked(record) ? NO_SCHEMA : null);
  await follow(bench.store(GENERATION), log);
  log.refuse = () => null;
  return bench;
}

const vectorOf = async (bench: StoreBench, ref: CustomerRef = REF) =>
  (await bench.stored(GENERATION, [ref]))[0]?.vector ?? '';

async function differencesTo(bench: StoreBench, other: StoreBench, ref: CustomerRef) {
  return differences(await bench.stored(GENERATION, [ref]), await other.stored(GENERATION, [ref]));
}

const record = (entry: Entry) => recordOf(entry);
const usage = (offset: number, timestamp = at('2026-11-01T10:00:00Z')) =>
  record({
    ...{ kind: 'event', at: { family: 'usage', partition: 0, offset } },
    event: aUsage({ timestamp }, { event_id: `id-${offset}`, occurred_at: timestamp }),
  });
const wallet = (offset: number) =>
  record({
    ...{ kind: 'event', at: { family: 'wallets', partition: 0, offset } },
    event: aWallet({ version: offset + 1 }),
  });
const rows = <Row>(count: number, make: (index: number) => Row): Row[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Every other record from 20 on is parked. */
const isOdd = ({ offset }: SourceRecord): boolean => offset >= 20 && offset % 2 === 1;

/** All usage within as many days as event ids are kept. */
const inAMonth = (event: BillingEvent): BillingEvent => {
  if (event.family !== 'usage') return event;
  const middle = at('2026-11-01T00:00:00Z');
  const timestamp = (middle + Math.floor((event.usage.timestamp - middle) / 3)) as Micros;
  return { ...event, occurred_at: timestamp, usage: { ...event.usage, timestamp } };
};

/** A busy customer with many records; `parked` says which could not be read at first, as numbers from 0 to 9. */
const arbitraryTrimmed = () =>
  fc.record({
    story: arbitraryBusyStory(),
    more: fc.array(arbitraryRecentUsage(), { minLength: 110, maxLength: 120, size: 'max' }),
    parked: fc.array(fc.nat({ max: 9 }), { minLength: 40, maxLength: 40, size: 'max' }),
    cut: fc.nat({ max: 60 }),
    isWide: fc.nat({ max: 4 }).map((one) => one === 0),
  });

describe('a customer with many holes whose log begins later by now', () => {
  it('is right, byte for byte, whatever was folded of what is read once more', async () => {
    let right = 0;
    await fc.assert(
      fc.asyncProperty(arbitraryTrimmed(), async ({ story, more, parked, cut, isWide }) => {
        const unique = more.map((event, index) => ({ ...event, event_id: `more-${index}` }));
        const events = [...story, ...unique].map((event) => (isWide ? event : inAMonth(event)));
        const log = testLog(logOf(events).flat().map(record));
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
        if (result === 'old_usage') {
          expect(await vectorOf(bench, ref)).toContain('#');
          return;
        }
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
    expect(await refilled(bench.store(GENERATION), log)).toBe('lost');
    // 40 of them, which nobody can know.
    expect(await vectorOf(bench)).toBe('usage/0@399 wallets/0@9 !usage/0@21-99#79');
    expect(await refilled(bench.store(GENERATION), log)).toBe('lost');
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

describe('a log that changes while it is read', () => {
  const manyHoles = rows(400, usage);
  const isParked = ({ offset }: SourceRecord): boolean => offset % 2 === 0;

  /** The log is trimmed right behind the look at where it begins. */
  const trimmedBehindTheLook = (log: TestLog): Refolding['source'] => ({
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
    await expect(fold({ ...all, source: trimmedBehindTheLook(log) })).rejects.toThrow('trimmed');
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
    expect([...results]).toEqual([[REF, 'lost']]);
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
});
