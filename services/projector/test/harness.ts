import { type CustomerRef, customerRef, DEFAULT_SETTINGS, type Entry } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceBatch, type SourceRecord } from '@portal/streams';
import {
  deepFreeze,
  differences,
  foldBatches,
  memoryBench,
  type StoreBench,
  storedBy,
  type StoredCustomer,
} from '@portal/testkit';
import { expect } from '@jest/globals';
import { type Applier } from '../src/batch/apply-batch.ts';
import { createStates, type States } from '../src/batch/states.ts';
import { createWitness } from '../src/store/witness.ts';

export const GENERATION = 'g1';

export const memoryStore = (): DocumentStore => memoryBench().store(GENERATION);

export const applierOn = (store: DocumentStore, statesBytes = 10_000_000): Applier => ({
  store,
  states: frozenStates(statesBytes),
  settings: DEFAULT_SETTINGS,
  now: () => 1_795_000_000_000,
  checkStore: () => Promise.resolve(),
  witness: createWitness(600_000, 100, () => 1_795_000_000_000),
});

/** What is kept from one batch to the next must not be changed by it. */
function frozenStates(maxBytes: number): States {
  const states = createStates(maxBytes);
  return {
    get: (ref) => states.get(ref),
    set: (ref, state) => {
      states.set(ref, deepFreeze(state));
    },
    drop: (ref) => {
      states.drop(ref);
    },
    clear: () => {
      states.clear();
    },
    get size() {
      return states.size;
    },
  };
}

export function byCustomer(entries: readonly Entry[]): ReadonlyMap<CustomerRef, readonly Entry[]> {
  const grouped = new Map<CustomerRef, Entry[]>();
  for (const entry of entries) {
    if (entry.kind !== 'event') throw new Error('events only');
    const ref = customerRef(entry.event.organization_id, entry.event.customer_id);
    grouped.set(ref, [...(grouped.get(ref) ?? []), entry]);
  }
  return deepFreeze(grouped);
}

type Batches = readonly (readonly Entry[])[];

/**
 * The store holds of the customers of these batches, whole, what a fresh fold makes of each one's own
 * entries alone: parts, document and every side field, byte for byte.
 */
export async function expectFolded(bench: StoreBench, batches: Batches): Promise<void> {
  const expected = foldedAlone(batches);
  const refs = expected.map(({ ref }) => ref);
  expect(differences(await bench.stored(GENERATION, refs), expected)).toEqual([]);
}

export function foldedAlone(batches: Batches): readonly StoredCustomer[] {
  const own = batches.map(byCustomer);
  const refs = [...new Set(own.flatMap((grouped) => [...grouped.keys()]))].sort();
  return refs.map((ref) =>
    storedBy(
      foldBatches(
        ref,
        own.map((grouped) => grouped.get(ref) ?? []),
      ),
    ),
  );
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
