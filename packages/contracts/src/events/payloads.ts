import { NO_CENTS } from '@portal/billing';
import {
  type CustomerSnapshot,
  type InvoiceSnapshot,
  type UsageFact,
  type WalletSnapshot,
} from '@portal/projection';
import {
  amount,
  ContractError,
  currency,
  date,
  decimalText,
  instant,
  listOf,
  longFrom,
  mapOf,
  object,
  oneOf,
  optional,
  orElse,
  required,
  text,
  timezone,
  uuid,
  version,
  word,
  type Read,
} from './reading.ts';

/** The payloads that are flat; a subscription's terms have their own file. */
export const customer: Read<CustomerSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    version: required(fields, 'version', version),
    external_id: required(fields, 'external_id', word),
    name: required(fields, 'name', text),
    email: optional(fields, 'email', text),
    currency: optional(fields, 'currency', currency),
    timezone: optional(fields, 'timezone', timezone),
    portal_locale: optional(fields, 'portal_locale', text),
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
const subscriptionIds = listOf(uuid);

export const invoice: Read<InvoiceSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    id: required(fields, 'id', word),
    version: required(fields, 'version', version),
    number: required(fields, 'number', text),
    invoice_type: optional(fields, 'invoice_type', text),
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
    id: required(fields, 'id', word),
    version: required(fields, 'version', version),
    name: optional(fields, 'name', text),
    code: optional(fields, 'code', text),
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

const usageKind = oneOf(['counter', 'point', 'unique']);
const texts = mapOf(text);

export const usage: Read<UsageFact> = (raw) => {
  const fields = object(raw);
  const fact: UsageFact = {
    metric_code: required(fields, 'metric_code', word),
    timestamp: required(fields, 'timestamp', instant),
    kind: orElse(fields, 'kind', usageKind, 'counter'),
    value: orElse(fields, 'value', decimalText, '1'),
    unique_key: optional(fields, 'unique_key', word),
    amount_cents: optional(fields, 'amount_cents', decimalText),
    dimensions: orElse(fields, 'dimensions', texts, {}),
    subscription_external_id: optional(fields, 'subscription_external_id', word),
    properties: orElse(fields, 'properties', texts, {}),
  };
  if (fact.kind === 'unique' && fact.unique_key === null) {
    throw new ContractError('is required for usage of kind unique').within('unique_key');
  }
  return fact;
};
