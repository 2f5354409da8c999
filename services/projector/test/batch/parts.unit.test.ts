import { customerRef, PART_NAMES } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { createMemoryDatabase, type DocumentStore, type RecordChange } from '@portal/stores';
import {
  arbitraryDelivery,
  arbitraryEvent,
  aUsage,
  CUSTOMER,
  logOf,
  memoryBench,
  ORGANIZATION,
  until,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { UNEXPECTED_MAX } from '../../src/follow/follower.ts';
import { followerOn, markOf, noAlive, usageBatch } from '../follow/follower-on.ts';
import { applierOn, byCustomer, expectFolded, GENERATION } from '../harness.ts';

const REF = customerRef(ORGANIZATION, CUSTOMER);
const ALL = [...PART_NAMES].sort();

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

/** The names of the parts it writes that say something. */
const saying = ({ parts }: RecordChange): readonly string[] =>
  [...parts].flatMap(([name, text]) => (text === '' ? [] : [name])).sort();

describe('the parts of a record', () => {
  it('are all written first, then only those that say something new, whatever came and was known', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(arbitraryEvent({ customers: 2 }), { minLength: 1, maxLength: 30 })
          .map((events) => logOf(events))
          .chain((log) => fc.tuple(fc.constant(log), arbitraryDelivery(log))),
        fc.constantFrom(0, 100),
        async ([log, { batches }], statesMax) => {
          const bench = memoryBench();
          const { store, given } = watched(bench.store(GENERATION));
          const applier = applierOn(store, statesMax);
          for (const batch of batches) {
            const grouped = byCustomer(batch);
            const before = await bench.stored(GENERATION, [...grouped.keys()]);
            given.length = 0;
            await applyBatch(applier, grouped, []);
            for (const change of given) {
              const own = before.find(({ ref }) => ref === change.ref);
              if (own?.vector !== change.expected) continue;
              const names = saying(change);
              if (own.vector === '') expect([...change.parts.keys()].sort()).toEqual(ALL);
              else
                expect(
                  names.filter(
                    (name) => own.parts.get(name as 'c') === change.parts.get(name as 'c'),
                  ),
                ).toEqual([]);
            }
          }
          await expectFolded(bench, log);
        },
      ),
      { numRuns: 100 },
    );
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
    const left = new Map([...whole.parts].filter(([name]) => name !== 'c'));
    records.set(REF, { ...whole, parts: left });
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
    expect(await markOf(store)).toBe(3);
    expect(await bench.stored(GENERATION, [REF])).toEqual(before);
    mend();
    expect(await followerOn(store).follower.batch(second, noAlive)).toBe('commit');
    expect(await markOf(store)).toBe(5);
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
});
