import { NO_CENTS } from '@portal/billing';
import {
  type CustomerSnapshot,
  type InvoiceSnapshot,
  type UsageFact,
  type WalletSnapshot,
} from '@portal/projection';
import { ENTRIES_MAX } from './limits.ts';
import {
  amount,
  ContractError,
  listOf,
  longFrom,
  mapOf,
  object,
  optional,
  orElse,
  required,
  version,
  type Read,
} from './reading.ts';
import {
  currency,
  decimalText,
  id,
  label,
  locale,
  name,
  note,
  oneOf,
  timezone,
  uuid,
  valueText,
} from './texts.ts';
import { date, instant } from './times.ts';

/** The payloads that are flat; a subscription's terms have their own file. */
export const customer: Read<CustomerSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    version: required(fields, 'version', version),
    external_id: required(fields, 'external_id', id),
    name: required(fields, 'name', name),
    email: optional(fields, 'email', label),
    currency: optional(fields, 'currency', currency),
    timezone: optional(fields, 'timezone', timezone),
    portal_locale: optional(fields, 'portal_locale', locale),
  };
};

const invoiceStatus = oneOf([
  'draft',
  'pending',
  'finalized',
  'paid',
  'voided',
  'failed',
  'deleted',
]);
const paymentStatus = oneOf(['pending', 'succeeded', 'failed']);
const subscriptionIds = listOf(uuid, ENTRIES_MAX['Invoice.subscription_ids']);

export const invoice: Read<InvoiceSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    id: required(fields, 'id', id),
    version: required(fields, 'version', version),
    number: required(fields, 'number', label),
    invoice_type: optional(fields, 'invoice_type', label),
    status: required(fields, 'status', invoiceStatus),
    payment_status: optional(fields, 'payment_status', paymentStatus),
    currency: required(fields, 'currency', currency),
    total_cents: required(fields, 'total_cents', amount),
    paid_cents: orElse(fields, 'paid_cents', amount, NO_CENTS),
    credited_cents: orElse(fields, 'credited_cents', amount, NO_CENTS),
    issuing_date: optional(fields, 'issuing_date', date),
    payment_due_date: optional(fields, 'payment_due_date', date),
    subscription_ids: orElse(fields, 'subscription_ids', subscriptionIds, []),
  };
};

const walletStatus = oneOf(['active', 'terminated']);
const PRIORITY_LAST = 50;
const priority = longFrom(1, PRIORITY_LAST);

export const wallet: Read<WalletSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    id: required(fields, 'id', id),
    version: required(fields, 'version', version),
    name: optional(fields, 'name', name),
    code: optional(fields, 'code', label),
    status: required(fields, 'status', walletStatus),
    currency: required(fields, 'currency', currency),
    balance_cents: required(fields, 'balance_cents', amount),
    consumed_cents: optional(fields, 'consumed_cents', amount),
    ongoing_balance_cents: optional(fields, 'ongoing_balance_cents', amount),
    priority: orElse(fields, 'priority', priority, PRIORITY_LAST),
    expiration_at: optional(fields, 'expiration_at', instant),
    created_at: required(fields, 'created_at', instant),
  };
};

const usageKind = oneOf(['counter', 'point', 'change', 'unique']);
const operation = oneOf(['add', 'remove']);
const dimensions = mapOf(id, valueText, ENTRIES_MAX['Usage.dimensions']);
const properties = mapOf(id, note, ENTRIES_MAX['Usage.properties']);

export const usage: Read<UsageFact> = (raw) => {
  const fields = object(raw);
  const kind = orElse(fields, 'kind', usageKind, 'counter');
  const fact: UsageFact = {
    metric_code: required(fields, 'metric_code', id),
    timestamp: required(fields, 'timestamp', instant),
    kind,
    value: orElse(fields, 'value', decimalText, '1'),
    unique_key: optional(fields, 'unique_key', id),
    operation: operationOf(kind, optional(fields, 'operation', operation)),
    amount_cents: optional(fields, 'amount_cents', decimalText),
    dimensions: orElse(fields, 'dimensions', dimensions, {}),
    subscription_external_id: optional(fields, 'subscription_external_id', id),
    properties: orElse(fields, 'properties', properties, {}),
  };
  if (kind === 'unique' && fact.unique_key === null) {
    throw new ContractError('is required for usage of kind unique').within('unique_key');
  }
  return fact;
};

/** A member is added unless the event says otherwise; nothing else can be added or removed. */
function operationOf(
  kind: UsageFact['kind'],
  given: UsageFact['operation'],
): UsageFact['operation'] {
  if (kind === 'unique') return given ?? 'add';
  if (given === null) return null;
  throw new ContractError(`is for usage of kind unique only, not ${kind}`).within('operation');
}
