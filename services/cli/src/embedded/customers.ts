import { type CustomerRef, customerRef, type CustomerSnapshot } from '@portal/projection';
import { type EventSource, type Follower, type SourceBatch } from '@portal/streams';

/** A customer that the given events told of, for the list of links. */
export interface SeenCustomer {
  readonly ref: CustomerRef;
  readonly name: string | null;
  readonly locale: string | null;
  readonly timezone: string | null;
  readonly currency: string | null;
}

/** More links than this nobody picks from by eye. */
export const SEEN_MAX = 200;

/** Notes which customers pass through a source; the events themselves go on untouched. */
export function noticeCustomers(source: EventSource): {
  readonly source: EventSource;
  readonly seen: () => readonly SeenCustomer[];
} {
  const seen = new Map<CustomerRef, SeenCustomer>();
  const note = (batch: SourceBatch): void => {
    for (const { decoded } of batch.records) {
      if (decoded.kind !== 'event') continue;
      const { event } = decoded;
      const ref = customerRef(event.organization_id, event.customer_id);
      if (event.event_type === 'customer.erased') seen.delete(ref);
      else if (event.family === 'customers') seen.set(ref, describe(ref, event.customer));
      else if (!seen.has(ref) && seen.size < SEEN_MAX) seen.set(ref, describe(ref, null));
    }
  };
  const noticing = (follower: Follower): Follower => ({
    ...follower,
    take: (batches, alive) => {
      batches.forEach(note);
      return follower.take(batches, alive);
    },
  });
  return {
    source: { ...source, follow: (follower) => source.follow(noticing(follower)) },
    seen: () => [...seen.values()].slice(0, SEEN_MAX),
  };
}

const describe = (ref: CustomerRef, customer: CustomerSnapshot | null): SeenCustomer => ({
  ref,
  name: customer?.name ?? null,
  locale: customer?.portal_locale ?? null,
  timezone: customer?.timezone ?? null,
  currency: customer?.currency ?? null,
});
