import { type CustomerId, customerRef, type OrganizationId } from '@portal/projection';
import { otherZoneData } from '@portal/contracts';
import { type Readiness } from '@portal/runtime';
import { type DocumentLookup, type DocumentReader } from '@portal/stores';
import { zoneText } from './answer.ts';

const NIL = '00000000-0000-0000-0000-000000000000';
const NOBODY = customerRef(NIL as OrganizationId, NIL as CustomerId);

/** A lookup like any other, for a customer that does not exist. */
export const readForNobody = (documents: DocumentReader): Promise<DocumentLookup> =>
  documents.document(NOBODY);

/**
 * Ready when a lookup gets an answer, which takes a store that answers and a live generation: the
 * very path of a read, for a customer nobody is. Other time zone data than the generation's makes answers
 * `stale`, not the reader useless: in a rollout no other reader may be there.
 */
export async function storeReadiness(
  documents: DocumentReader,
  zoneData: string,
): Promise<Readiness> {
  const lookup = await readForNobody(documents);
  if (lookup.kind === 'down') {
    return { ready: false, reason: 'store_unavailable', detail: lookup.reason };
  }
  const other = otherZoneData(lookup.generation, zoneData);
  if (other === null) return { ready: true };
  return { ready: true, warning: { reason: 'time_zone_data', detail: zoneText(other) } };
}
