import { PART_NAMES } from '@portal/projection';
import {
  createMemoryDatabase,
  type DocumentStore,
  type MemoryDatabase,
  type RecordChange,
} from '@portal/stores';
import { aCustomer, memoryBench } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { PIECE_ENTRIES } from '../../src/heal/refill-fold.ts';
import { refill } from '../../src/heal/refill.ts';
import { refold } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
import {
  differencesTo,
  disturbed,
  isOdd,
  REF,
  refolding,
  rows,
  usage,
  wallet,
} from './disturbed.ts';
import { testLog } from '../log-source.ts';

/** The store, and every change of a record that it is given. */
function watched(inner: DocumentStore) {
  const given: RecordChange[] = [];
  const apply: DocumentStore['apply'] = (changes) => {
    given.push(...changes);
    return inner.apply(changes);
  };
  return { store: { ...inner, apply }, given };
}

const withoutPart = (database: MemoryDatabase, name: string): void => {
  const records = database.generations.get(GENERATION)!.records;
  const whole = records.get(REF)!;
  records.set(REF, {
    ...whole,
    parts: new Map([...whole.parts].filter(([each]) => each !== name)),
  });
};

describe('a record that is folded anew', () => {
  it('is written with all its parts in one change', async () => {
    const log = testLog([...rows(40, usage), ...rows(3, wallet)]);
    const bench = await disturbed(log, isOdd);
    const undisturbed = await disturbed(log, () => false);
    const { store, given } = watched(bench.store(GENERATION));
    expect([...(await refold(refolding(store, log), [REF]))]).toEqual([[REF, 'replaced']]);
    expect(given.map(({ replace, parts }) => [replace, [...parts.keys()].sort()])).toEqual([
      [true, [...PART_NAMES].sort()],
    ]);
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });

  it('is whole again also when a part of it was lost', async () => {
    const log = testLog(rows(40, usage));
    const database = createMemoryDatabase();
    const bench = await disturbed(log, isOdd, memoryBench(database));
    const undisturbed = await disturbed(log, () => false);
    withoutPart(database, 'c');
    expect(await differencesTo(bench, undisturbed, REF)).not.toEqual([]);
    const store = bench.store(GENERATION);
    expect([...(await refold(refolding(store, log), [REF]))]).toEqual([[REF, 'replaced']]);
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });
});

describe('a record that is filled up, its log being trimmed', () => {
  it('gets the parts that became others, and no more', async () => {
    const log = testLog([...rows(400, usage), ...rows(3, wallet)]);
    const bench = await disturbed(log, (record) => record.family === 'usage' && isOdd(record));
    const undisturbed = await disturbed(log, () => false);
    log.begin = 2;
    const [before] = await bench.stored(GENERATION, [REF]);
    const { store, given } = watched(bench.store(GENERATION));
    const results = await refill(refolding(store, log), new Map([[REF, new Map()]]));
    expect([...results]).toEqual([[REF, 'replaced']]);
    const [after] = await undisturbed.stored(GENERATION, [REF]);
    const [change] = given;
    for (const name of PART_NAMES) {
      const isOther = after?.parts.get(name) !== before?.parts.get(name);
      expect([name, change?.parts.has(name)]).toEqual([name, isOther]);
    }
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });

  it('gets what an early piece of its log changes, when there is more than is folded at once', async () => {
    const customer = recordOf({
      ...{ kind: 'event', at: { family: 'customers', partition: 0, offset: 0 } },
      event: aCustomer(),
    });
    const log = testLog([customer, ...rows(PIECE_ENTRIES + 100, (offset) => usage(offset))]);
    const bench = await disturbed(
      log,
      ({ family, ...one }) => family === 'customers' || isOdd({ family, ...one }),
    );
    const undisturbed = await disturbed(log, () => false);
    const store = bench.store(GENERATION);
    const results = await refill(refolding(store, log), new Map([[REF, new Map()]]));
    expect([...results]).toEqual([[REF, 'replaced']]);
    expect(await differencesTo(bench, undisturbed, REF)).toEqual([]);
  });

  it('of which a part is lost is left alone, and named', async () => {
    const log = testLog(rows(400, usage));
    const database = createMemoryDatabase();
    const bench = await disturbed(log, isOdd, memoryBench(database));
    withoutPart(database, 'c');
    const before = await bench.stored(GENERATION, [REF]);
    log.begin = 10;
    const filled = refill(refolding(bench.store(GENERATION), log), new Map([[REF, new Map()]]));
    await expect(filled).rejects.toThrow(`the record of ${REF} cannot be read: part c of`);
    expect(await bench.stored(GENERATION, [REF])).toEqual(before);
  });
});
