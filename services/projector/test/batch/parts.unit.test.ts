import {
  type BillingEvent,
  type CustomerId,
  customerRef,
  type Entry,
  PART_NAMES,
  type PartName,
} from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { createMemoryDatabase, type DocumentStore, type RecordChange } from '@portal/stores';
import {
  aCustomer,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  differences,
  foldBatches,
  logOf,
  memoryBench,
  ORGANIZATION,
  storedBy,
  until,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { UNEXPECTED_MAX } from '../../src/follow/follower.ts';
import { followerOn, foldedTo, noAlive, usageBatch } from '../follow/follower-on.ts';
import { applierOn, byCustomer, GENERATION } from '../harness.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const ALL = [...PART_NAMES].sort();

const later = at('2026-11-24T00:00:00Z');
const told = [aCustomer(), aSubscription(), aWallet(), anInvoice(), aUsage()];
const behind = ({ family }: BillingEvent) => ({ family, partition: 0, offset: 9 });
const eventAgain = (event: BillingEvent): Entry => ({ kind: 'event', at: behind(event), event });

/** A store that keeps what it is given. */
function watched(inner: DocumentStore) {
  const given: RecordChange[] = [];
  const store: DocumentStore = {
    ...inner,
    apply: (changes) => {
      given.push(...changes);
      return inner.apply(changes);
    },
  };
  return { store, given };
}

describe('the parts of a record', () => {
  it.each<[string, Entry, readonly PartName[], readonly string[]]>([
    ['a wallet', eventAgain(aWallet({ version: 2, name: 'Other' })), ['w'], []],
    ['an invoice', eventAgain(anInvoice({ version: 2 })), ['n'], [`i:${anInvoice().invoice.id}`]],
    [
      'usage',
      eventAgain(aUsage({}, { event_id: 'more', occurred_at: later })),
      ['u'],
      ['u:20767:api_calls'],
    ],
    ['an older version', eventAgain(aWallet({ version: 0, name: 'Older' })), [], []],
    ['a parked record', { kind: 'parked', at: behind(aWallet()) }, [], []],
  ])('are written where an event changes them: %s', async (_what, entry, parts, fields) => {
    for (const statesBytes of [1, 10_000_000]) {
      const bench = memoryBench();
      const { store, given } = watched(bench.store(GENERATION));
      const applier = applierOn(store, statesBytes);
      await applyBatch(applier, new Map([[REF, logOf(told).flat()]]), []);
      await applyBatch(applier, new Map([[REF, [entry]]]), []);
      expect(given.map((change) => [...change.parts.keys()].sort())).toEqual([ALL, parts]);
      const { set, remove } = given[1]!;
      expect([[...set.keys()].sort(), remove]).toEqual([fields, []]);
      const before = foldBatches(REF, [logOf(told).flat(), [entry]]);
      expect(differences(await bench.stored(GENERATION, [REF]), [storedBy(before)])).toEqual([]);
    }
  });
});

describe('a record of which a part is lost', () => {
  const [first, second] = [usageBatch(3), usageBatch(2, 3)];

  /** Folded, then the part c of its record is gone; `mend` puts it back. */
  async function damaged() {
    const database = createMemoryDatabase();
    const bench = memoryBench(database);
    const store = bench.store(GENERATION);
    await followerOn(store).follower.batch(first, noAlive);
    const records = database.generations.get(GENERATION)!.records;
    const whole = records.get(REF)!;
    const remaining = new Map([...whole.parts].filter(([name]) => name !== 'c'));
    records.set(REF, { ...whole, parts: remaining });
    return { bench, store, mend: () => records.set(REF, whole) };
  }

  it('stops its partition, says whose it is and why, writes nothing, and goes on when it is mended', async () => {
    const { bench, store, mend } = await damaged();
    const before = await bench.stored(GENERATION, [REF]);
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const logger = createLogger({ service: 'test', level: 'warn', destination });
    const { follower, fatal, failures, stop } = followerOn(store, () => 1, logger);
    const waiting = Array.from({ length: UNEXPECTED_MAX + 1 }, () =>
      follower.batch(second, noAlive),
    );
    await until('it to give up', () => failures() === UNEXPECTED_MAX + 1);
    const why = `the record of ${REF} cannot be read: part c of the record is not there`;
    expect(fatal).toEqual([`folding usage/0@3 keeps failing: Error: ${why}`]);
    expect(JSON.parse(lines[0]!)).toMatchObject({ level: 'warn', err: { message: why } });
    stop();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['stop']));
    expect(await foldedTo(store)).toBe(3);
    expect(await bench.stored(GENERATION, [REF])).toEqual(before);
    mend();
    expect(await followerOn(store).follower.batch(second, noAlive)).toBe('commit');
    expect(await foldedTo(store)).toBe(5);
  });

  it('is taken for no customer nobody knows either when its vector is lost', async () => {
    const database = createMemoryDatabase();
    const store = memoryBench(database).store(GENERATION);
    await followerOn(store).follower.batch(first, noAlive);
    const records = database.generations.get(GENERATION)!.records;
    records.set(REF, { ...records.get(REF)!, vector: '' });
    const entries = byCustomer(logOf([aUsage({}, { event_id: 'later' })]).flat());
    await expect(applyBatch(applierOn(store), entries, [])).rejects.toThrow(
      `the record of ${REF} cannot be read: it has no vector`,
    );
  });

  it('is no reason to park an innocent event when one of its side fields is damaged', async () => {
    const database = createMemoryDatabase();
    const store = memoryBench(database).store(GENERATION);
    await applyBatch(applierOn(store), new Map([[REF, logOf(told).flat()]]), []);
    const record = database.generations.get(GENERATION)!.records.get(REF)!;
    const [name = ''] = [...record.fields.keys()].filter((each) => each.startsWith('u:'));
    const fields = new Map([...record.fields, [name, '{']]);
    database.generations.get(GENERATION)!.records.set(REF, { ...record, fields });
    const entry = eventAgain(aUsage({}, { event_id: 'more', occurred_at: later }));
    await expect(applyBatch(applierOn(store), new Map([[REF, [entry]]]), [])).rejects.toThrow(
      `the record of ${REF} cannot be read: side field "${name}" cannot be read: `,
    );
    expect(await store.parkedCount()).toBe(0);
  });

  it('is not folded upon when it is another customer’s', async () => {
    const database = createMemoryDatabase();
    const store = memoryBench(database).store(GENERATION);
    await applyBatch(applierOn(store), new Map([[REF, logOf(told).flat()]]), []);
    const { records } = database.generations.get(GENERATION)!;
    const other = customerRef(ORGANIZATION, 'another' as CustomerId);
    records.set(other, records.get(REF)!);
    const entry = eventAgain(aWallet({ version: 2 }));
    await expect(applyBatch(applierOn(store), new Map([[other, [entry]]]), [])).rejects.toThrow(
      `the record of ${other} is one of ${REF}`,
    );
  });
});
