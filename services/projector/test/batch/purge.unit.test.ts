import {
  type BillingEvent,
  customerRef,
  decodeRecord,
  encodeRecord,
  type Entry,
  vectorText,
} from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import {
  aCharge,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  failNth,
  markOn,
  memoryBench,
  ORGANIZATION,
  type StoreBench,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { applyBatch } from '../../src/batch/apply-batch.ts';
import { applierOn, byCustomer, expectFolded, GENERATION } from '../harness.ts';

const terms: Entry = {
  kind: 'event',
  at: { family: 'subscriptions', partition: 0, offset: 0 },
  event: aSubscription({ charges: [aCharge({ aggregation: 'latest', recurring: true })] }),
};
const usage = (offset: number, event: BillingEvent): Entry => ({
  kind: 'event',
  at: { family: 'usage', partition: 0, offset },
  event,
});
const point = (offset: number, iso: string): Entry =>
  usage(
    offset,
    aUsage(
      { kind: 'point', timestamp: at(iso), value: String(offset) },
      { event_id: `point-${offset}` },
    ),
  );

/** More single events on one day than one fold may drop, then three days of usage beyond the ledger's horizon. */
const COUNT = 9_000;
const busyDay = Array.from({ length: COUNT }, (_, index) => point(index, '2025-08-20T12:00:00Z'));
const later = markOn('2026-11-10').map((event, index) => usage(COUNT + index, event));
const afterwards = [point(COUNT + later.length, '2026-11-13T00:00:00Z')];

async function busyBench(): Promise<StoreBench> {
  const bench = memoryBench();
  const applier = applierOn(bench.store(GENERATION));
  for (const batch of [[terms], busyDay]) await applyBatch(applier, byCustomer(batch), []);
  return bench;
}

/** Where the single events of the busy day lie, 64 in a field. */
async function fieldsOfBusyDay(bench: StoreBench): Promise<readonly string[]> {
  const [record] = await bench.stored(GENERATION, [customerRef(ORGANIZATION, CUSTOMER)]);
  return record?.fields.map(([name]) => name).filter((name) => name.startsWith('r:20320')) ?? [];
}

/** As if so many steps had been needed up to here. */
async function steppedOn(store: DocumentStore, purge_step: number): Promise<void> {
  const ref = customerRef(ORGANIZATION, CUSTOMER);
  const [loaded] = await store.load([{ ref, fields: [] }]);
  const decoded = loaded === undefined ? null : decodeRecord(loaded);
  if (decoded?.kind !== 'record') throw new Error('a customer that was just written is there');
  const { state } = decoded;
  expect(state.usage.purge_step).toBe(1);
  const longer = { ...state, usage: { ...state.usage, purge_step } };
  const change = { ref, expected: vectorText(state), document: null, set: new Map(), remove: [] };
  expect(await store.apply([{ ...change, ...encodeRecord(longer, state) }])).toEqual(['applied']);
}

/** A store that takes one apply, and fails at the second as if the process were killed there. */
function killedAfterOne(store: DocumentStore) {
  let applies = 0;
  const apply: DocumentStore['apply'] = (changes) => {
    applies += 1;
    return applies === 2 ? failNth(store, 1).apply(changes) : store.apply(changes);
  };
  return { store: { ...store, apply }, applies: () => applies };
}

describe('a day with more single events than one fold may drop', () => {
  it('is dropped in one batch by several applies', async () => {
    const bench = await busyBench();
    const store = bench.store(GENERATION);
    const before = await fieldsOfBusyDay(bench);
    expect(before.length).toBeGreaterThan(COUNT / 64);
    const removed: string[][] = [];
    const applier = applierOn({
      ...store,
      apply: (changes) => {
        removed.push(changes.flatMap(({ remove }) => remove));
        return store.apply(changes);
      },
    });
    await applyBatch(applier, byCustomer(later), []);
    expect(removed.filter((names) => names.length > 0).length).toBeGreaterThan(1);
    expect(removed.flat()).toEqual(expect.arrayContaining([...before]));
    expect(await fieldsOfBusyDay(bench)).toEqual([]);
    await expectFolded(bench, [[terms], busyDay, later]);
  });

  it('is dropped by the next event when the process was killed in between', async () => {
    const bench = await busyBench();
    const store = bench.store(GENERATION);
    const killed = killedAfterOne(store);
    await expect(applyBatch(applierOn(killed.store), byCustomer(later), [])).rejects.toThrow();
    expect(killed.applies()).toBe(2);
    const successor = applierOn(store);
    for (const batch of [later, afterwards]) await applyBatch(successor, byCustomer(batch), []);
    await expectFolded(bench, [[terms], busyDay, later, afterwards]);
  });

  it('is dropped in as many steps as it takes, after a million of them too', async () => {
    const quietDays = Array.from({ length: 300 }, (_, day) =>
      point(day, new Date(Date.UTC(2025, 0, 1 + day)).toISOString()),
    );
    const bench = memoryBench();
    const store = bench.store(GENERATION);
    await applyBatch(applierOn(store), byCustomer(quietDays), []);
    const killed = killedAfterOne(store);
    await expect(applyBatch(applierOn(killed.store), byCustomer(later), [])).rejects.toThrow();
    await steppedOn(store, 1_000_000);
    for (const batch of [later, afterwards])
      await applyBatch(applierOn(store), byCustomer(batch), []);
    await expectFolded(bench, [quietDays, later, afterwards]);
  });

  it('comes to an end, with an error that names the customer, on a store that keeps no side fields', async () => {
    const store = (await busyBench()).store(GENERATION);
    let applies = 0;
    const forgetful: DocumentStore = {
      ...store,
      apply: (changes) => {
        applies += 1;
        return store.apply(changes.map((one) => ({ ...one, set: new Map(), remove: [] })));
      },
    };
    const [ref] = byCustomer(later).keys();
    await expect(applyBatch(applierOn(forgetful, 1), byCustomer(later), [])).rejects.toThrow(
      `old usage of ${ref ?? ''} comes back`,
    );
    expect(applies).toBeLessThan(100);
  });
});
