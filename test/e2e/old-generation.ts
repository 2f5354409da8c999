import { type CustomerRef, type Parts } from '@portal/projection';
import { type DocumentStore } from '@portal/stores';

/** Of an older image, which no projector feeds any more. */
export const OLD = 'v1-2020a-0123abcd';

/** Customers of an older generation, and how far it was folded. */
export async function writeOldCustomers(
  store: DocumentStore,
  count: number,
): Promise<readonly CustomerRef[]> {
  const refs = Array.from(
    { length: count },
    (_, n) =>
      `00000000-0000-4000-8000-000000000001:11111111-1111-4111-8111-${String(n).padStart(12, '0')}` as CustomerRef,
  );
  const parts: Parts = new Map([['c', 'customer']]);
  const nothing = { expected: '', vector: 'v', parts, set: new Map(), remove: [] };
  await store.apply(refs.map((ref) => ({ ...nothing, ref, document: 'document' })));
  await store.advance(new Map([['usage/0', { next: 9, occurredAt: 1_600_000_000_000_000 }]]));
  return refs;
}
