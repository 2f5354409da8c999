import { encodeEvent, plainEvent } from '@portal/contracts';
import { type BillingEvent, type CustomerId, type OrganizationId } from '@portal/projection';
import {
  aCharge,
  anEntitlement,
  anInvoice,
  aSubscription,
  at,
  aUsage,
  ORGANIZATION,
} from '@portal/testkit';

/** Whom a test is about: nobody else has this id. */
export interface Somebody {
  readonly organization_id: OrganizationId;
  readonly customer_id: CustomerId;
}

export const somebody = (id: string): Somebody => ({
  organization_id: ORGANIZATION,
  customer_id: id as CustomerId,
});

export type PoisonedFamily = 'invoices' | 'usage';

/** What such a value leads to. */
export type Fate =
  | { readonly kind: 'parked'; readonly code: string; readonly field: string | null }
  | { readonly kind: 'counted'; readonly outcome: 'null' | 'unknown_type' };

const contractInvalid = (field: string): Fate => ({
  kind: 'parked',
  code: 'contract_invalid',
  field,
});

/** An event whose content breaks the contract, whatever form it comes in. */
export interface BadEvent {
  readonly name: string;
  readonly family: PoisonedFamily;
  readonly fate: Fate;
  /** A part of the reason that tells a person what is wrong. */
  readonly reason: string;
  readonly event: (who: Somebody) => BillingEvent;
}

/** The producer's mistakes: fields that no type would let through. */
const broken = (event: BillingEvent, change: object): BillingEvent =>
  Object.assign(structuredClone(event), change);

export const BAD_EVENTS: readonly BadEvent[] = [
  {
    name: 'a bad uuid',
    family: 'invoices',
    fate: contractInvalid('organization_id'),
    reason: 'must be a UUID',
    event: (who) => broken(anInvoice({ id: 'bad' }, who), { organization_id: 'acme' }),
  },
  {
    name: 'an unparsable decimal',
    family: 'usage',
    fate: contractInvalid('usage.value'),
    reason: 'must be a decimal string',
    event: (who) => aUsage({ value: '12,5' }, { ...who, event_id: 'bad' }),
  },
  {
    name: 'an unknown event type',
    family: 'invoices',
    fate: { kind: 'counted', outcome: 'unknown_type' },
    reason: '',
    event: (who) => broken(anInvoice({ id: 'bad' }, who), { event_type: 'invoice.framed' }),
  },
  {
    name: 'a negative version',
    family: 'invoices',
    fate: contractInvalid('invoice.version'),
    reason: 'must be 0 or more',
    event: (who) => anInvoice({ id: 'bad', version: -1 }, who),
  },
  {
    name: 'a currency that is no currency',
    family: 'invoices',
    fate: contractInvalid('invoice.currency'),
    reason: 'must be an ISO 4217 currency code, not "EURO"',
    event: (who) => anInvoice({ id: 'bad', currency: 'EURO' }, who),
  },
];

/** A value of the wire that is no event of ours at all. */
export interface BadBytes {
  readonly name: string;
  readonly family: PoisonedFamily;
  readonly fate: Fate;
  readonly reason: string;
  readonly value: (who: Somebody, schemaId: number) => Buffer | null;
}

const UNKNOWN_SCHEMA = 2_000_000_001;
const TEN_MEGABYTES = 10_000_000;

export const BAD_BYTES: readonly BadBytes[] = [
  {
    name: 'a wrong magic byte',
    family: 'invoices',
    fate: { kind: 'parked', code: 'wrong_magic_byte', field: null },
    reason: 'the first byte is 123 instead of 0',
    value: (who) => Buffer.from(JSON.stringify(plainEvent(anInvoice({ id: 'bad' }, who)))),
  },
  {
    name: 'a value of two bytes',
    family: 'invoices',
    fate: { kind: 'parked', code: 'too_short', field: null },
    reason: '2 bytes',
    value: () => Buffer.from([0, 1]),
  },
  {
    name: 'an unknown schema id',
    family: 'invoices',
    fate: { kind: 'parked', code: 'unknown_schema_id', field: null },
    reason: String(UNKNOWN_SCHEMA),
    value: (who) => encodeEvent(anInvoice({ id: 'bad' }, who), UNKNOWN_SCHEMA),
  },
  {
    name: 'a null value',
    family: 'invoices',
    fate: { kind: 'counted', outcome: 'null' },
    reason: '',
    value: () => null,
  },
  {
    name: 'a value of 10 MB',
    family: 'invoices',
    fate: { kind: 'parked', code: 'too_large', field: null },
    reason: 'bytes; at most',
    value: (who, schemaId) =>
      encodeEvent(anInvoice({ id: 'bad', number: '9'.repeat(TEN_MEGABYTES) }, who), schemaId),
  },
];

/** Tells the subscription first, so that usage has something to count for. */
export const subscriptionOf = (who: Somebody): BillingEvent =>
  aSubscription({ charges: [aCharge()], entitlements: [anEntitlement()] }, who);

/** Good events around the bad one: each must count. */
export function goodEvent(
  family: PoisonedFamily,
  name: 'before' | 'after',
  who: Somebody,
): BillingEvent {
  if (family === 'invoices') return anInvoice({ id: name, number: name }, who);
  const timestamp = at(name === 'before' ? '2026-11-10T12:00:00Z' : '2026-11-11T12:00:00Z');
  return aUsage({ timestamp }, { ...who, event_id: name });
}
