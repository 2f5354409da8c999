import { type CustomerRef, type PartName, type Parts } from '@portal/projection';
import { type StoreBench } from '@portal/testkit';
import { type DocumentStore, type ParkedEntry, type RecordChange } from '../../src/index.ts';

/** What the running test works on: an empty bench and the store of its generation g1. */
export interface Subject {
  bench: StoreBench;
  store: DocumentStore;
}

export const customer = (n: number): CustomerRef =>
  `00000000-0000-4000-8000-${String(n).padStart(12, '0')}:11111111-1111-4111-8111-${String(n).padStart(12, '0')}` as CustomerRef;
export const A = customer(1);
export const B = customer(2);

export const partsOf = (texts: Partial<Record<PartName, string>>): Parts =>
  new Map(Object.entries(texts) as [PartName, string][]);

export const change = (ref: CustomerRef, over: Partial<RecordChange> = {}): RecordChange => ({
  ref,
  expected: '',
  vector: 'v1',
  parts: partsOf({ c: 'customer', u: 'usage' }),
  document: 'document',
  set: new Map(),
  remove: [],
  ...over,
});

export const loadOne = async (
  store: DocumentStore,
  ref: CustomerRef,
  fields: readonly string[] = [],
) => {
  const [record] = await store.load([{ ref, fields }]);
  return record!;
};

export const entry = (offset: number, over: Partial<ParkedEntry> = {}): ParkedEntry => ({
  family: 'usage',
  partition: 0,
  offset,
  key: null,
  ref: null,
  code: 'contract_invalid',
  field: 'usage.value',
  reason: 'not a decimal',
  seenAt: 1000,
  ...over,
});

/** Reads with a reader that is pointed at g1, whatever was live before. */
export async function readNow(bench: StoreBench, ref: CustomerRef) {
  await bench.pointer().switch(null, 'g1');
  return bench.reader().document(ref);
}
