import { type BillingEvent, customerRef, type Entry } from '@portal/projection';
import {
  answerAt,
  arbitraryCustomerEvent,
  arbitraryDelivery,
  arbitraryInvoiceEvent,
  arbitrarySubscriptionEvent,
  arbitraryWalletEvent,
  at,
  foldBatches,
  logOf,
} from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

const ONE = { customers: 1 };

/** Few versions, and many events that say again what another said, under another type or not. */
const arbitraryEntityEvents: fc.Arbitrary<readonly BillingEvent[]> = fc
  .array(
    fc.tuple(
      fc.oneof<fc.Arbitrary<BillingEvent>[]>(
        arbitraryCustomerEvent(ONE),
        arbitrarySubscriptionEvent(ONE),
        arbitraryInvoiceEvent(ONE),
        arbitraryWalletEvent(ONE),
      ),
      fc.integer({ min: 1, max: 3 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .chain((told) => {
    const events = told.flatMap(([event, times]) => Array.from({ length: times }, () => event));
    return fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length });
  });

/** From the rule: of each entity the highest version; its contents, told apart as JSON. */
function naiveConflicts(entries: readonly Entry[]): readonly string[] {
  const said = entries.flatMap((entry) => (entry.kind === 'event' ? factsOf(entry.event) : []));
  const ids = [...new Set(said.map(({ id }) => id))];
  return ids
    .filter((id) => {
      const own = said.filter((one) => one.id === id);
      const newest = Math.max(...own.map(({ version }) => version));
      const contents = own.filter(({ version }) => version === newest).map(({ text }) => text);
      return new Set(contents).size > 1;
    })
    .sort();
}

function factsOf(event: BillingEvent) {
  switch (event.family) {
    case 'customers':
      return 'customer' in event ? [factOf('customer', 'customer', event.customer, false)] : [];
    case 'subscriptions':
      return [of('subscription', event.subscription, event.event_type)];
    case 'invoices':
      return [
        factOf(
          'invoice',
          event.invoice.id,
          event.invoice,
          event.event_type === 'invoice.deleted' || event.invoice.status === 'deleted',
        ),
      ];
    case 'wallets':
      return [of('wallet', event.wallet, event.event_type)];
    case 'usage':
      return [];
    default:
      return event satisfies never;
  }
}

const of = (
  kind: string,
  payload: { readonly id: string; readonly version: number },
  type: string,
) => factOf(kind, payload.id, payload, type.endsWith('.deleted'));

const factOf = (
  kind: string,
  id: string,
  payload: { readonly version: number },
  deletes: boolean,
) => ({
  id: `${kind} ${id}`,
  version: payload.version,
  text: JSON.stringify([deletes, payload]),
});

describe('conflicts', () => {
  it('are what the rule says of the whole log, in any delivery and over several partitions', () => {
    let some = 0;
    fc.assert(
      fc.property(
        arbitraryEntityEvents.chain((events) => {
          const log = logOf(events, 2);
          return fc.tuple(fc.constant(log), arbitraryDelivery(log));
        }),
        ([log, { batches }]) => {
          const [first] = log.flat();
          if (first?.kind !== 'event') throw new Error('a log holds events');
          const { organization_id, customer_id } = first.event;
          const record = foldBatches(customerRef(organization_id, customer_id), batches);
          const { details, reasons } = answerAt(record, at('2026-11-23T10:00:00Z'));
          const told = details.conflicts
            .map(({ entity, id }) => `${entity} ${entity === 'customer' ? 'customer' : id}`)
            .sort();
          expect(told).toEqual(naiveConflicts(log.flat()));
          expect(reasons.some(({ code }) => code === 'conflict')).toBe(told.length > 0);
          some += Math.min(1, told.length);
        },
      ),
      { numRuns: 500 },
    );
    expect(some).toBeGreaterThan(50);
  });
});
