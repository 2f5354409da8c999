import { type CustomerRef, type Entry } from '@portal/projection';
import { type DocumentStore, type ParkedEntry } from '@portal/stores';
import { aWallet, failNth } from '@portal/testkit';
import { expect, it } from '@jest/globals';
import { applyBatch } from '../src/apply-batch.ts';
import { applierOn, byCustomer } from './harness.ts';

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

/** Applies records to a store; those of `bad` offsets cannot be decoded this time. */
async function give(store: DocumentStore, offsets: readonly number[], bad: readonly number[] = []) {
  const entries = offsets.map((offset): Entry =>
    bad.includes(offset) ? { kind: 'parked', at: at(offset) } : event(offset),
  );
  const undecodable = bad.map((offset) => unreadable(REF, offset));
  return applyBatch(applierOn(store), new Map([[REF, entries]]), undecodable);
}

const placesOf = async (store: DocumentStore) =>
  (await store.parked(10)).map(({ offset }) => offset);
const vectorOf = async (store: DocumentStore) =>
  (await store.load([{ ref: REF, fields: [] }]))[0]?.vector;

/** What the parked list says while holes open and close, on any store. `open` gives an empty one. */
export function healingLaws(open: () => DocumentStore): void {
  it('leaves the parked list when a replay fills its hole, and only then', async () => {
    const store = open();
    await give(store, [0, 1, 2, 3], [1, 2]);
    expect([await placesOf(store), await vectorOf(store)]).toEqual([
      [1, 2],
      'wallets/0@3 !wallets/0@1 !wallets/0@2',
    ]);
    await give(store, [0, 1, 2, 3], [2]);
    expect([await placesOf(store), await vectorOf(store)]).toEqual([
      [2],
      'wallets/0@3 !wallets/0@2',
    ]);
  });

  it('is gone with the hole, whichever call to the store fails on the way', async () => {
    for (const when of ['before', 'after'] as const) {
      let fired = true;
      let tried = 0;
      for (let nth = 1; fired; nth += 1, tried += 1) {
        const inner = open();
        await give(inner, [0, 1, 2], [1]);
        const store = failNth(inner, nth, when);
        await give(store, [1]).catch(() => give(store, [1]));
        fired = store.fired();
        expect([await placesOf(inner), await vectorOf(inner)]).toEqual([[], 'wallets/0@2']);
      }
      expect(tried).toBeGreaterThan(3);
    }
  });

  it('is gone with the hole when another writer comes between', async () => {
    const store = open();
    await give(store, [0, 1, 2], [1]);
    let come = true;
    const met: DocumentStore = {
      ...store,
      unpark: async (places) => {
        await store.unpark(places);
        if (!come) return;
        come = false;
        // It does not see the schema yet, and is further on.
        await give(store, [1, 2, 3], [1]);
      },
    };
    expect((await give(met, [1])).conflicts).toBe(1);
    expect([await placesOf(store), await vectorOf(store)]).toEqual([[], 'wallets/0@3']);
  });

  it('is not listed when it cannot be decoded this time but was folded before', async () => {
    const store = open();
    await give(store, [0, 1]);
    await give(store, [0, 1], [0]);
    expect([await placesOf(store), await vectorOf(store)]).toEqual([[], 'wallets/0@1']);
  });
}
