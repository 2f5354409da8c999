import { MICROS_PER_DAY, MICROS_PER_MILLI } from '@portal/billing';
import {
  EVENT_TYPES,
  type BillingEvent,
  type CustomerId,
  type Envelope,
  type Family,
  type OrganizationId,
  type UsageEvent,
} from '@portal/projection';
import { type Decoded } from '../decoded.ts';
import { attempt } from './attempt.ts';
import { customer, invoice, usage, wallet } from './payloads.ts';
import { ContractError, object, required, type Fields } from './reading.ts';
import { subscription } from './subscription.ts';
import { id, name, uuid } from './texts.ts';
import { instant } from './times.ts';

/**
 * Checks one value against the event contract: defaults filled in, absent = null, spellings normalised,
 * unknown fields left out.
 *
 * `value` is what Avro or lossless JSON read; null is a tombstone. `logTime` is the log's own time of
 * the record in milliseconds, null when it has none. Never throws: what breaks the contract is
 * `undecodable` with code `contract_invalid` and the dotted path of the field.
 */
export function checkEvent(family: Family, value: unknown, logTime: number | null): Decoded {
  if (value === null || value === undefined) return { kind: 'null' };
  const checked = attempt(() => {
    const fields = object(value);
    const given = required(fields, 'event_type', id);
    return { given, event: readEvent(family, fields, SPELLINGS.get(given) ?? given, logTime) };
  });
  if (checked.kind === 'undecodable') return checked;
  const { given, event } = checked.value;
  return event === null ? { kind: 'unknown_type', event_type: given } : { kind: 'event', event };
}

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['subscription.cancelled', 'subscription.canceled'],
  ['wallet_transaction.created', 'wallet.transaction_created'],
  ['wallet.transaction.created', 'wallet.transaction_created'],
]);

/**
 * null: a type this version does not know. Object.assign, because a spread followed by further fields costs several times
 * as much; nearly every event is one of usage, and those are written out.
 */
function readEvent(
  family: Family,
  fields: Fields,
  type: string,
  logTime: number | null,
): BillingEvent | null {
  switch (family) {
    case 'customers': {
      const event_type = known(EVENT_TYPES.customers, type);
      if (event_type === null) return null;
      if (event_type === 'customer.erased')
        return Object.assign(envelope(fields), { family, event_type });
      return Object.assign(envelope(fields), {
        family,
        event_type,
        customer: required(fields, 'customer', customer),
      });
    }
    case 'subscriptions': {
      const event_type = known(EVENT_TYPES.subscriptions, type);
      if (event_type === null) return null;
      return Object.assign(envelope(fields), {
        family,
        event_type,
        subscription: required(fields, 'subscription', subscription),
      });
    }
    case 'invoices': {
      const event_type = known(EVENT_TYPES.invoices, type);
      if (event_type === null) return null;
      return Object.assign(envelope(fields), {
        family,
        event_type,
        invoice: required(fields, 'invoice', invoice),
      });
    }
    case 'usage': {
      const event_type = known(EVENT_TYPES.usage, type);
      if (event_type === null) return null;
      const { event_id, occurred_at, organization_id, customer_id, source } = envelope(fields);
      const fact = required(fields, 'usage', usage);
      return notFromTheFuture(
        {
          event_id,
          occurred_at,
          organization_id,
          customer_id,
          source,
          family,
          event_type,
          usage: fact,
        },
        logTime,
      );
    }
    case 'wallets': {
      const event_type = known(EVENT_TYPES.wallets, type);
      if (event_type === null) return null;
      return Object.assign(envelope(fields), {
        family,
        event_type,
        wallet: required(fields, 'wallet', wallet),
      });
    }
    default:
      return family satisfies never;
  }
}

const known = <T extends string>(types: readonly T[], type: string): T | null =>
  types.find((candidate) => candidate === type) ?? null;

const envelope = (fields: Fields): Envelope => ({
  event_id: required(fields, 'event_id', id),
  occurred_at: required(fields, 'occurred_at', instant),
  organization_id: required(fields, 'organization_id', uuid) as OrganizationId,
  customer_id: required(fields, 'customer_id', uuid) as CustomerId,
  source: required(fields, 'source', name),
});

/** One wrong clock must not move a customer's newest usage, against which everything else is late. */
function notFromTheFuture(event: UsageEvent, logTime: number | null): UsageEvent {
  const sent = logTime === null ? event.occurred_at : logTime * MICROS_PER_MILLI;
  if (event.usage.timestamp - sent <= MICROS_PER_DAY) return event;
  throw new ContractError('lies more than one day ahead of the time it was sent')
    .within('timestamp')
    .within('usage');
}
