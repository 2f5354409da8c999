import { customerRef, type Entry } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import {
  aCharge,
  aSubscription,
  at,
  aUsage,
  CUSTOMER,
  failNth,
  foldBatches,
  ORGANIZATION,
  type TestRecord,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { applyBatch } from '../src/apply-batch.ts';
import { applierOn, byCustomer, memoryStore } from './harness.ts';

const ref = customerRef(ORGANIZATION, CUSTOMER);
const terms: Entry = {
  kind: 'event',
  at: { family: 'subscriptions', partition: 0, offset: 0 },
  event: aSubscription({ charges: [aCharge({ aggregation: 'latest', recurring: true })] }),
};
const point = (offset: number, iso: string): Entry => ({
  kind: 'event',
  at: { family: 'usage', partition: 0, offset },
  event: aUsage(
    { kind: 'point', timestamp: at(iso), value: String(offset) },
    { event_id: `point-${offset}` },
  ),
});

/** More ids on one day than one fold may drop, then usage beyond their window. */
const COUNT = 9_000;
const busyDay = Array.from({ length: COUNT }, (_, index) => point(index, '2026-08-20T12:00:00Z'));
const later = [point(COUNT, '2026-11-10T00:00:00Z')];
const afterwards = [point(COUNT + 1, '2026-11-11T00:00:00Z')];

async function busyStore(): Promise<DocumentStore> {
  const store = memoryStore();
  const applier = applierOn(store);
  for (const batch of [[terms], busyDay]) await applyBatch(applier, byCustomer(batch), []);
  return store;
}

/** What the store holds under every name the testkit's own fold has ever used. */
async function expectSame(store: DocumentStore, record: TestRecord, gone: TestRecord) {
  const names = [...new Set([...record.fields.keys(), ...gone.fields.keys()])];
  const [stored] = await store.load([{ ref, fields: names }]);
  expect(stored?.head).toBe(JSON.stringify(record.state));
  const kept = names.map((name) => [name, record.fields.get(name) ?? null] as const);
  const held = names.map((name) => [name, stored?.fields.get(name) ?? null] as const);
  expect(JSON.stringify(held) === JSON.stringify(kept)).toBe(true);
}

describe('a day with more ids than one fold may drop', () => {
  const busy = foldBatches(ref, [[terms], busyDay]);

  it('is dropped in one batch by several applies', async () => {
    const store = await busyStore();
    const applies: number[] = [];
    const applier = applierOn({
      ...store,
      apply: (changes) => {
        applies.push(changes.flatMap(({ remove }) => remove).length);
        return store.apply(changes);
      },
    });
    await applyBatch(applier, byCustomer(later), []);
    expect(applies.length).toBeGreaterThan(1);
    expect(applies.reduce((a, b) => a + b)).toBeGreaterThan(COUNT);
    await expectSame(store, foldBatches(ref, [[terms], busyDay, later]), busy);
  });

  it('is dropped by the next event when the process was killed in between', async () => {
    const store = await busyStore();
    let applies = 0;
    const counting = {
      ...store,
      apply: (changes: Parameters<DocumentStore['apply']>[0]) => {
        applies += 1;
        return applies === 2 ? failNth(store, 1).apply(changes) : store.apply(changes);
      },
    };
    await expect(applyBatch(applierOn(counting), byCustomer(later), [])).rejects.toThrow();
    expect(applies).toBe(2);
    const successor = applierOn(store);
    for (const batch of [later, afterwards]) await applyBatch(successor, byCustomer(batch), []);
    await expectSame(store, foldBatches(ref, [[terms], busyDay, later, afterwards]), busy);
  });
});
