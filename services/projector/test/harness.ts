import { type CustomerRef, customerRef, DEFAULT_SETTINGS, type Entry } from '@portal/projection';
import { createMemoryDatabase, createMemoryStore, type DocumentStore } from '@portal/stores';
import { type SourceBatch, type SourceRecord } from '@portal/streams';
import { type Applier } from '../src/apply-batch.ts';
import { createHeads } from '../src/heads.ts';
import { createWitness } from '../src/witness.ts';

export const GENERATION = 'g1';

export const memoryStore = (): DocumentStore =>
  createMemoryStore({ generation: GENERATION, database: createMemoryDatabase() });

export const applierOn = (store: DocumentStore, headsMax = 100): Applier => ({
  store,
  heads: createHeads(headsMax),
  settings: DEFAULT_SETTINGS,
  now: () => 1_795_000_000_000,
  checkStore: () => Promise.resolve(),
  witness: createWitness(600_000, 100, () => 1_795_000_000_000),
});

export function byCustomer(entries: readonly Entry[]): ReadonlyMap<CustomerRef, readonly Entry[]> {
  const grouped = new Map<CustomerRef, Entry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'event') throw new Error('events only');
    const ref = customerRef(entry.event.organization_id, entry.event.customer_id);
    grouped.set(ref, [...(grouped.get(ref) ?? []), entry]);
  }
  return grouped;
}

/** Everything the store holds of the customers, texts by name. */
export async function contents(
  store: DocumentStore,
  refs: readonly CustomerRef[],
): Promise<readonly unknown[]> {
  const records = await store.load(refs.map((ref) => ({ ref, fields: [] })));
  return records.map(({ vector, head, erased }) => ({ vector, head, erased }));
}

export const recordOf = (entry: Entry, overrides: Partial<SourceRecord> = {}): SourceRecord => {
  if (entry.kind !== 'event') throw new Error('events only');
  return {
    ...entry.at,
    key: customerRef(entry.event.organization_id, entry.event.customer_id),
    timestamp: null,
    headers: {},
    decoded: { kind: 'event', event: entry.event },
    ...overrides,
  };
};

export const batchOf = (records: readonly SourceRecord[]): SourceBatch => {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) throw new Error('a batch has records');
  const { family, partition } = first;
  return { family, partition, from: first.offset, next: last.offset + 1, records };
};
