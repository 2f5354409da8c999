import { type CustomerId, customerRef, type OrganizationId } from '@portal/projection';
import { type Readiness } from '@portal/runtime';
import { type DocumentLookup, type DocumentReader } from '@portal/stores';

const NIL = '00000000-0000-0000-0000-000000000000';
const NOBODY = customerRef(NIL as OrganizationId, NIL as CustomerId);

/** A lookup as any other. */
export const lookForNobody = (documents: DocumentReader): Promise<DocumentLookup> =>
  documents.document(NOBODY);

/**
 * Ready when a lookup gets an answer, which takes a store that answers and a live generation: the
 * very path of a read, for a customer nobody is.
 */
export async function storeReadiness(documents: DocumentReader): Promise<Readiness> {
  const lookup = await lookForNobody(documents);
  if (lookup.kind !== 'down') return { ready: true };
  return { ready: false, reason: 'store_unavailable', detail: lookup.reason };
}
