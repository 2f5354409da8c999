import { type DecodeError } from '@portal/contracts';
import { customerRef, type CustomerId, type Entry } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import { aUsage, differences, memoryBench, ORGANIZATION, until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { createStormWatch, STORM } from '../../src/follow/storms.ts';
import { followerOn, noAlive } from './follower-on.ts';
import { GENERATION, foldedAlone, recordOf } from '../harness.ts';
import { startHealing } from '../heal/heal-on.ts';
import { testLog, type TestLog } from '../log-source.ts';

const NONSENSE: DecodeError = {
  ...{ code: 'contract_invalid', field: 'usage.value', reason: 'not a decimal', schema_id: 7 },
};
const customer = (index: number) =>
  `33333333-3333-4333-8333-${String(index).padStart(12, '0')}` as CustomerId;

/** Usage of so many customers in turn; every fifth record is good. */
const stormOf = (count: number, customers: number): TestLog => {
  const log = testLog(
    Array.from({ length: count }, (_, offset) =>
      recordOf({
        ...{ kind: 'event', at: { family: 'usage', partition: 0, offset } },
        event: aUsage({}, { customer_id: customer(offset % customers), event_id: `id-${offset}` }),
      }),
    ),
  );
  log.refuse = isNonsense;
  return log;
};
const isNonsense = ({ offset }: SourceRecord) => (offset % 5 === 0 ? null : NONSENSE);

/** The records that lie before a chunk, as a source gives them. */
const before = (log: TestLog) => async (chunk: { readonly from: number }) => {
  const records: SourceRecord[] = [];
  const from = Math.max(0, chunk.from - 2 * STORM.window);
  const place = { family: 'usage', partition: 0 } as const;
  for await (const batch of log.source.read(place, from, chunk.from))
    records.push(...batch.records);
  return records;
};

async function follow(store: DocumentStore, log: TestLog, size: number, stopAt = Infinity) {
  const { follower } = followerOn(store, undefined, undefined, createStormWatch(before(log)));
  for (const batch of log.batches(size)) {
    if (batch.from < stopAt) expect(await follower.take([batch], noAlive)).toBe('commit');
  }
}

const placesOf = async (store: DocumentStore) =>
  (await store.parked(10_000)).map(({ offset }) => offset);

/** Offsets of the 101 first parked records: with them the window is full of one cause. */
const first101 = Array.from({ length: 200 }, (_, offset) => offset)
  .filter((offset) => offset % 5 !== 0)
  .slice(0, STORM.parked + 1);

describe('a storm of parked records with one cause', () => {
  it('is one entry from the 102nd on; the holes of its customers stay', async () => {
    const store = memoryBench().store(GENERATION);
    await follow(store, stormOf(1_000, 25), 70);
    expect(await placesOf(store)).toEqual(first101);
    expect(await store.storms()).toMatchObject([
      {
        code: 'contract_invalid',
        field: 'usage.value',
        schema_id: 7,
        first: 127,
        last: 999,
        count: 699,
      },
    ]);
    const [record] = await store.load([
      { ref: customerRef(ORGANIZATION, customer(1)), fields: [] },
    ]);
    expect(record?.vector.match(/!usage/g)).toHaveLength(40);
  });

  it('is sorted the same after a restart at any place, however it is given', async () => {
    const whole = memoryBench().store(GENERATION);
    await follow(whole, stormOf(600, 25), 600);
    for (const stopAt of [50, 130, 300, 450]) {
      const store = memoryBench().store(GENERATION);
      const log = stormOf(600, 25);
      await follow(store, log, 37, stopAt);
      // The next process reads some of it again.
      await follow(store, log, 50);
      expect(await placesOf(store)).toEqual(await placesOf(whole));
      expect(await store.storms()).toMatchObject(
        (await whole.storms()).map(({ first, last, count }) => ({ first, last, count })),
      );
    }
  });

  it.each([
    ['of nineteen customers', stormOf(1_000, 19)],
    ['of a hundred in two hundred records', { ...stormOf(1_000, 25), half: true }],
  ])('%s is none', async (_, log) => {
    const store = memoryBench().store(GENERATION);
    const given = testLog(log.records);
    given.refuse = (record) =>
      'half' in log ? (record.offset % 2 === 0 ? null : NONSENSE) : isNonsense(record);
    await follow(store, given, 100);
    expect(await store.storms()).toEqual([]);
  });

  it('of several causes is told apart', async () => {
    const store = memoryBench().store(GENERATION);
    const log = stormOf(1_000, 25);
    log.refuse = ({ offset }) => (offset % 2 === 0 ? NONSENSE : { ...NONSENSE, schema_id: 8 });
    await follow(store, log, 100);
    expect(await store.storms()).toEqual([]);
    expect(await store.parkedCount()).toBe(1_000);
  });

  it('goes on being parked when the log before it cannot be read', async () => {
    const store = memoryBench().store(GENERATION);
    const watch = createStormWatch(() => Promise.reject(new Error('away')));
    const { follower } = followerOn(store, undefined, undefined, watch);
    for (const batch of stormOf(300, 25).batches(100)) await follower.take([batch], noAlive);
    expect(await placesOf(store)).toEqual(first101);
  });

  it('is over when its records can be read: every customer is right, and the entry is gone', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const log = stormOf(5_000, 25);
    await follow(store, log, 500);
    expect(await store.beyondCount()).toBe(20);
    log.refuse = () => null;
    const healing = startHealing(store, log);
    const isOver = async () =>
      (await store.storms()).length === 0 && (await store.parkedCount()) === 0;
    await until('it is over', isOver);
    await healing.stop();
    expect(await store.beyondCount()).toBe(0);
    const entries = log.records.flatMap(({ family, partition, offset, decoded }): Entry[] =>
      decoded.kind === 'event'
        ? [{ kind: 'event', at: { family, partition, offset }, event: decoded.event }]
        : [],
    );
    const expected = foldedAlone([entries]);
    const refs = expected.map(({ ref }) => ref);
    expect(differences(await bench.stored(GENERATION, refs), expected)).toEqual([]);
  });

  it('that began before the log begins is over as far as the log goes; the rest stays, and never heals', async () => {
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    const log = stormOf(5_000, 25);
    await follow(store, log, 500);
    const [before] = await store.storms();
    log.refuse = () => null;
    log.begin = 2_000;
    const healing = startHealing(store, log);
    const isCut = async () => (await store.storms())[0]?.last === 1_999;
    await until('what the log holds is taken in', isCut);
    await until('it is said', () => healing.said.some((line) => line.includes('"lost":true')));
    expect(await store.storms()).toEqual([{ ...before, last: 1_999 }]);
    expect(await placesOf(store)).toEqual(first101);
    const vectors = await store.load(
      rows(25, (index) => ({ ref: customerRef(ORGANIZATION, customer(index)), fields: [] })),
    );
    // 80 of a customer's holes are lost, in a range of which nobody knows how many it holds.
    for (const { vector } of vectors.filter((_, index) => index % 5 !== 0)) {
      expect(vector).toMatch(/^usage\/0@49\d\d !usage\/0@\d+-1999#200$/);
    }
    let checks = 0;
    const storms: DocumentStore['storms'] = () => {
      checks += 1;
      return store.storms();
    };
    await healing.stop();
    const again = startHealing({ ...store, storms }, log);
    await until('three more looks', () => checks >= 3);
    await again.stop();
    expect(await store.storms()).toEqual([{ ...before, last: 1_999 }]);
    expect(again.said.filter((line) => line.includes('records are lost'))).toHaveLength(1);
  });

  it('of a log that was made again is lost, all of it, and the customers go on', async () => {
    const store = memoryBench().store(GENERATION);
    const log = stormOf(5_000, 25);
    await follow(store, log, 500);
    const [before] = await store.storms();
    const history = 2 ** 40;
    log.records.splice(
      0,
      5_000,
      ...log.records.map((one) => ({ ...one, offset: one.offset + history })),
    );
    log.begin = history;
    await follow(store, log, 500);
    expect(await store.storms()).toMatchObject([{ first: before?.first, last: history + 4_998 }]);
    log.refuse = () => null;
    const healing = startHealing(store, log);
    const isCut = async () => (await store.storms())[0]?.last === history - 1;
    await until('the new log is taken in', isCut);
    await healing.stop();
    expect(await store.storms()).toEqual([
      expect.objectContaining({ first: before?.first, last: history - 1 }),
    ]);
    expect(await store.beyondCount()).toBe(20);
  });

  it('stays while its records cannot be read for another cause that nothing else tells of', async () => {
    const store = memoryBench().store(GENERATION);
    const log = stormOf(1_000, 25);
    const unknown = { ...NONSENSE, code: 'unknown_schema_id' } as const;
    log.refuse = (record) => isNonsense(record) && unknown;
    await follow(store, log, 100);
    const [before] = await store.storms();
    // The first ones can be read now; the others have another cause.
    log.refuse = (record) => (record.offset < 300 ? null : isNonsense(record));
    let reads = 0;
    log.beforeBatch = () => {
      reads += 1;
      return Promise.resolve();
    };
    const healing = startHealing(store, log);
    // The whole of it twice, in batches of 50.
    await until('it was read', () => reads > 60);
    await healing.stop();
    expect(await store.storms()).toEqual([before]);
  });
});

const rows = <Row>(count: number, make: (index: number) => Row): Row[] =>
  Array.from({ length: count }, (_, index) => make(index));
