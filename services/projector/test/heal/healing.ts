import { type CustomerRef, type Entry } from '@portal/projection';
import { type DocumentStore, type ParkedEntry } from '@portal/stores';
import {
  aWallet,
  differences,
  failNth,
  foldBatches,
  type StoreBench,
  storedBy,
} from '@portal/testkit';
import { expect, it } from '@jest/globals';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { applierOn, byCustomer, GENERATION, recordOf } from '../harness.ts';
import { healUntil } from './heal-on.ts';
import { testLog } from '../log-source.ts';

const at = (offset: number) => ({ family: 'wallets' as const, partition: 0, offset });

const event = (offset: number): Extract<Entry, { kind: 'event' }> => ({
  kind: 'event',
  at: at(offset),
  event: aWallet({ version: offset + 1 }),
});

const unreadable = (ref: CustomerRef, offset: number): ParkedEntry => ({
  ...{ ...at(offset), key: ref, ref, code: 'unknown_schema_id', field: null },
  ...{ reason: 'no such schema', seenAt: 1_000 },
});

const [REF] = [...byCustomer([event(0)]).keys()] as [CustomerRef];

const entriesOf = (offsets: readonly number[], bad: readonly number[]): readonly Entry[] =>
  offsets.map((offset) =>
    bad.includes(offset) ? { kind: 'parked', at: at(offset) } : event(offset),
  );

/** Applies records to a store; those of `bad` offsets cannot be decoded this time. */
async function give(store: DocumentStore, offsets: readonly number[], bad: readonly number[] = []) {
  const entries = entriesOf(offsets, bad);
  const undecodable = bad.map((offset) => unreadable(REF, offset));
  return applyBatch(applierOn(store), new Map([[REF, entries]]), undecodable);
}

const placesOf = async (store: DocumentStore) =>
  (await store.parked(10)).map(({ offset }) => offset);

/** The customer's whole record is what a fresh fold makes of these records, and the parked list tells of the bad ones. */
async function expectHealed(bench: StoreBench, offsets: readonly number[], bad: readonly number[]) {
  expect(await placesOf(bench.store(GENERATION))).toEqual(bad);
  const fresh = storedBy(foldBatches(REF, [entriesOf(offsets, bad)]));
  expect(differences(await bench.stored(GENERATION, [REF]), [fresh])).toEqual([]);
}

/** What the store says while holes open and close, on any store. `open` gives an empty place. */
export function healingLaws(open: () => StoreBench): void {
  it('leaves the parked list when a replay fills its hole, and only then', async () => {
    const bench = open();
    const store = bench.store(GENERATION);
    await give(store, [0, 1, 2, 3], [1, 2]);
    await expectHealed(bench, [0, 1, 2, 3], [1, 2]);
    await give(store, [0, 1, 2, 3], [2]);
    await expectHealed(bench, [0, 1, 2, 3], [2]);
  });

  it('is gone with the hole, whichever call to the store fails on the way', async () => {
    for (const when of ['before', 'after'] as const) {
      let fired = true;
      let tried = 0;
      for (let nth = 1; fired; nth += 1, tried += 1) {
        const bench = open();
        const inner = bench.store(GENERATION);
        await give(inner, [0, 1, 2], [1]);
        const store = failNth(inner, nth, when);
        await give(store, [1]).catch(() => give(store, [1]));
        fired = store.fired();
        // A crash right behind the record leaves the entry: who heals finds the hole closed.
        const log = testLog([0, 1, 2].map((offset) => recordOf(event(offset))));
        const isEmpty = async () => (await inner.parkedCount()) === 0;
        await healUntil(inner, log, 'nothing is parked', isEmpty);
        await expectHealed(bench, [0, 1, 2], []);
      }
      expect(tried).toBeGreaterThan(3);
    }
  });

  it('is gone with the hole when another writer comes between', async () => {
    const bench = open();
    const store = bench.store(GENERATION);
    await give(store, [0, 1, 2], [1]);
    let come = true;
    const met: DocumentStore = {
      ...store,
      apply: async (changes) => {
        if (come) {
          come = false;
          // It does not see the schema yet, and is further on.
          await give(store, [1, 2, 3], [1]);
        }
        return store.apply(changes);
      },
    };
    expect((await give(met, [1])).conflicts).toBe(1);
    await expectHealed(bench, [0, 1, 2, 3], []);
  });

  it('is not listed when it cannot be decoded this time but was folded before', async () => {
    const bench = open();
    const store = bench.store(GENERATION);
    await give(store, [0, 1]);
    await give(store, [0, 1], [0]);
    await expectHealed(bench, [0, 1], []);
  });
}
