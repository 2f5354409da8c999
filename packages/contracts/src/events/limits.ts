import { DECIMAL_LENGTH_MAX } from '@portal/billing';

/**
 * How long texts and lists of an event may be: generous for what people write, and a bound for everything that
 * keeps, shows or compares them. The same sentences stand in schemas/*.avsc; a test holds the two together, and
 * goes over the schemas, so that no field is without a limit.
 */
export const TEXT_MAX = {
  /** Names something in a system of the producer's: an id, a code, a number, an address. */
  id: 255,
  /** Shown to people: a name, the system an event came from. */
  name: 1_000,
  /** What a dimension or an entitlement says. */
  value: 1_000,
  /** A free property of a usage event. */
  note: 4_000,
  /** Charge properties as JSON: what the contract knows of them, without blanks. */
  properties: 100_000,
  decimal: DECIMAL_LENGTH_MAX,
  zone: 100,
  locale: 100,
} as const;

/** `uuid`, `currency` and `word` (of a closed set) have a form that bounds them. */
export type TextKind = keyof typeof TEXT_MAX | 'uuid' | 'currency' | 'word';

const ENVELOPE = {
  event_id: 'id',
  event_type: 'id',
  organization_id: 'uuid',
  customer_id: 'uuid',
  source: 'name',
} as const;

const of = (record: string, kinds: Readonly<Record<string, TextKind>>): [string, TextKind][] =>
  Object.entries(kinds).map(([field, kind]) => [`${record}.${field}`, kind]);

/**
 * The kind of every text, by `Record.field` of its schema; `[]` stands for the entries of a list or map and `{}`
 * for the keys of a map.
 */
export const TEXT_KINDS: ReadonlyMap<string, TextKind> = new Map([
  ...of('CustomerEvent', ENVELOPE),
  ...of('SubscriptionEvent', ENVELOPE),
  ...of('InvoiceEvent', ENVELOPE),
  ...of('UsageEvent', ENVELOPE),
  ...of('WalletEvent', ENVELOPE),
  ...of('Customer', { external_id: 'id', name: 'name', email: 'id' }),
  ...of('Customer', { currency: 'currency', timezone: 'zone', portal_locale: 'locale' }),
  ...of('Subscription', { id: 'uuid', external_id: 'id', status: 'word', timezone: 'zone' }),
  ...of('Subscription', { billing_time: 'word', month_end: 'word' }),
  ...of('Plan', { code: 'id', name: 'name', interval: 'word', currency: 'currency' }),
  ...of('Charge', { id: 'id', metric_code: 'id', metric_name: 'name', aggregation: 'id' }),
  ...of('Charge', { charge_model: 'id', properties: 'properties' }),
  ...of('Charge', { rounding_function: 'word', unmatched_usage: 'word' }),
  ...of('ChargeFilter', { 'dimensions{}': 'id', 'dimensions[][]': 'value' }),
  ...of('ChargeFilter', { properties: 'properties', display_name: 'name' }),
  ...of('Entitlement', { feature_code: 'id', feature_name: 'name', feature_type: 'word' }),
  ...of('Entitlement', { value: 'value' }),
  ...of('Invoice', { id: 'id', number: 'id', invoice_type: 'id', 'subscription_ids[]': 'uuid' }),
  ...of('Invoice', { status: 'word', payment_status: 'word', currency: 'currency' }),
  ...of('Usage', { metric_code: 'id', kind: 'word', value: 'decimal', amount_cents: 'decimal' }),
  ...of('Usage', { unique_key: 'id', operation: 'word', subscription_external_id: 'id' }),
  ...of('Usage', { 'dimensions{}': 'id', 'dimensions[]': 'value' }),
  ...of('Usage', { 'properties{}': 'id', 'properties[]': 'note' }),
  ...of('Wallet', { id: 'id', name: 'name', code: 'id', status: 'word', currency: 'currency' }),
]);

/** Most entries of a list or a map. */
export const ENTRIES_MAX = {
  'Subscription.charges': 1_000,
  'Subscription.entitlements': 1_000,
  'Charge.filters': 1_000,
  'ChargeFilter.dimensions': 100,
  'ChargeFilter.dimensions[]': 1_000,
  'Invoice.subscription_ids': 10_000,
  'Usage.dimensions': 100,
  'Usage.properties': 100,
} as const;

/** Ranges of a tiered price. */
export const RANGES_MAX = 1_000;

export const tooLong = (max: number): string => `must have at most ${max} characters`;
export const tooMany = (max: number): string => `must have at most ${max} entries`;
