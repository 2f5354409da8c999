import {
  cents,
  micros,
  MICROS_PER_DAY,
  parseIso,
  type Charge,
  type ChargeFilter,
  type Micros,
  type Plan,
} from '@portal/billing';
import {
  type CustomerChanged,
  type CustomerErased,
  type CustomerId,
  type CustomerSnapshot,
  type Entitlement,
  type Envelope,
  type InvoiceEvent,
  type InvoiceSnapshot,
  type OrganizationId,
  type SubscriptionEvent,
  type SubscriptionSnapshot,
  type UsageEvent,
  type UsageFact,
  type WalletEvent,
  type WalletSnapshot,
} from '@portal/projection';

/**
 * Whole, believable events for tests: name only what the test is about.
 *
 *     aSubscription({ version: 2, status: 'canceled' }, { event_type: 'subscription.canceled' })
 */
export const ORGANIZATION = '11111111-1111-4111-8111-111111111111' as OrganizationId;
export const CUSTOMER = '22222222-2222-4222-8222-222222222222' as CustomerId;
export const SUBSCRIPTION = '33333333-3333-4333-8333-333333333333';
export const INVOICE = '44444444-4444-4444-8444-444444444444';
export const WALLET = '55555555-5555-4555-8555-555555555555';

/** `at('2026-11-23T10:00:00Z')`; throws on a text that is no instant. */
export function at(iso: string): Micros {
  const instant = parseIso(iso);
  if (instant === null) throw new RangeError(`not an ISO 8601 instant: ${iso}`);
  return instant;
}

type EnvelopeOf<E extends Envelope> = Partial<
  Pick<E, keyof Envelope> & (E extends { event_type: infer T } ? { readonly event_type: T } : never)
>;

const envelope = (eventId: string, occurredAt = at('2026-11-01T00:00:00Z')): Envelope => ({
  event_id: eventId,
  occurred_at: occurredAt,
  organization_id: ORGANIZATION,
  customer_id: CUSTOMER,
  source: 'billing',
});

export function aCustomer(
  overrides: Partial<CustomerSnapshot> = {},
  around: EnvelopeOf<CustomerChanged> = {},
): CustomerChanged {
  const customer: CustomerSnapshot = {
    version: 1,
    external_id: 'acme',
    name: 'Acme Ltd',
    email: 'billing@acme.example',
    currency: 'EUR',
    timezone: 'Europe/Paris',
    portal_locale: 'en',
    ...overrides,
  };
  return {
    ...envelope(`customer-${customer.version}`),
    family: 'customers',
    event_type: 'customer.updated',
    ...around,
    customer,
  };
}

export function anErasure(around: EnvelopeOf<CustomerErased> = {}): CustomerErased {
  return {
    ...envelope('customer-erased'),
    family: 'customers',
    event_type: 'customer.erased',
    ...around,
  };
}

export const aPlan = (overrides: Partial<Plan> = {}): Plan => ({
  code: 'pro',
  name: 'Pro',
  interval: 'monthly',
  amount_cents: cents(4_900),
  currency: 'EUR',
  pay_in_advance: true,
  minimum_commitment_cents: null,
  ...overrides,
});

/** Standard price of 0.05 minor units per counted event. */
export const aCharge = (overrides: Partial<Charge> = {}): Charge => ({
  id: 'charge-api',
  metric_code: 'api_calls',
  metric_name: 'API calls',
  aggregation: 'count',
  recurring: false,
  rounding_function: null,
  rounding_precision: null,
  charge_model: 'standard',
  properties: { amount: '0.05' },
  min_amount_cents: null,
  unmatched_usage: 'charge',
  filters: [],
  ...overrides,
});

export const aFilter = (overrides: Partial<ChargeFilter> = {}): ChargeFilter => ({
  dimensions: { region: ['eu'] },
  properties: {},
  display_name: null,
  ...overrides,
});

export const anEntitlement = (overrides: Partial<Entitlement> = {}): Entitlement => ({
  feature_code: 'api_calls',
  feature_name: 'API calls',
  feature_type: 'quantity',
  value: '10000',
  ...overrides,
});

export function aSubscription(
  overrides: Partial<SubscriptionSnapshot> = {},
  around: EnvelopeOf<SubscriptionEvent> = {},
): SubscriptionEvent {
  const subscription: SubscriptionSnapshot = {
    id: SUBSCRIPTION,
    external_id: 'sub-acme-pro',
    version: 1,
    status: 'active',
    current_period_start: null,
    current_period_end: null,
    billing_time: 'calendar',
    month_end: 'day_of_month',
    subscription_at: at('2026-01-15T09:30:00Z'),
    started_at: at('2026-01-15T09:30:00Z'),
    ending_at: null,
    canceled_at: null,
    terminated_at: null,
    trial_period_days: 0,
    trial_ended_at: null,
    created_at: at('2026-01-15T09:30:00Z'),
    timezone: null,
    plan: aPlan(),
    pending_plan: null,
    charges: [],
    entitlements: [],
    ...overrides,
  };
  return {
    ...envelope(`subscription-${subscription.id}-${subscription.version}`),
    family: 'subscriptions',
    event_type: 'subscription.updated',
    ...around,
    subscription,
  };
}

export function anInvoice(
  overrides: Partial<InvoiceSnapshot> = {},
  around: EnvelopeOf<InvoiceEvent> = {},
): InvoiceEvent {
  const invoice: InvoiceSnapshot = {
    id: INVOICE,
    version: 1,
    number: 'ACME-2026-001',
    invoice_type: 'subscription',
    status: 'finalized',
    payment_status: 'pending',
    currency: 'EUR',
    total_cents: cents(4_900),
    paid_cents: cents(0),
    credited_cents: cents(0),
    issuing_date: '2026-11-01',
    payment_due_date: '2026-12-01',
    subscription_ids: [SUBSCRIPTION],
    ...overrides,
  };
  return {
    ...envelope(`invoice-${invoice.id}-${invoice.version}`),
    family: 'invoices',
    event_type: 'invoice.updated',
    ...around,
    invoice,
  };
}

/**
 * Happens at its own timestamp. Its id is made of the fact: two equal calls are one event sent twice;
 * give `event_id` when the same fact happened twice.
 */
export function aUsage(
  overrides: Partial<UsageFact> = {},
  around: EnvelopeOf<UsageEvent> = {},
): UsageEvent {
  const usage: UsageFact = {
    metric_code: 'api_calls',
    timestamp: at('2026-11-10T12:00:00Z'),
    kind: 'counter',
    value: '1',
    unique_key: null,
    operation: overrides.kind === 'unique' ? 'add' : null,
    amount_cents: null,
    dimensions: {},
    subscription_external_id: null,
    properties: {},
    ...overrides,
  };
  return {
    ...envelope(`usage-${JSON.stringify(usage)}`, usage.timestamp),
    family: 'usage',
    event_type: 'usage.recorded',
    ...around,
    usage,
  };
}

export function aWallet(
  overrides: Partial<WalletSnapshot> = {},
  around: EnvelopeOf<WalletEvent> = {},
): WalletEvent {
  const wallet: WalletSnapshot = {
    id: WALLET,
    version: 1,
    name: 'Prepaid credits',
    code: 'prepaid',
    status: 'active',
    currency: 'EUR',
    balance_cents: cents(10_000),
    consumed_cents: cents(0),
    ongoing_balance_cents: cents(10_000),
    priority: 50,
    expiration_at: null,
    created_at: at('2026-01-15T09:30:00Z'),
    ...overrides,
  };
  return {
    ...envelope(`wallet-${wallet.id}-${wallet.version}`),
    family: 'wallets',
    event_type: 'wallet.updated',
    ...around,
    wallet,
  };
}

/** Usage of another metric on this UTC day and the two after it: the mark is that day, if no newer usage comes. */
export const markOn = (day: string): readonly UsageEvent[] =>
  [0, 1, 2].map((days) => {
    const timestamp = micros(at(`${day}T00:00:00Z`) + days * MICROS_PER_DAY);
    return aUsage({ metric_code: 'mark', timestamp }, { event_id: `mark-${day}-${days}` });
  });
