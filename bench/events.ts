import { type Charge, cents, type Micros, MICROS_PER_DAY, toIso } from '@portal/billing';
import { type LogRecord } from '@portal/contracts';
import {
  type BillingEvent,
  type CustomerId,
  type CustomerRef,
  customerRef,
  type Entitlement,
  type OrganizationId,
} from '@portal/projection';
import {
  aCharge,
  aCustomer,
  anEntitlement,
  anInvoice,
  aPlan,
  aSubscription,
  aUsage,
  aWallet,
} from '@portal/testkit';

/** One customer of the benchmarks: everything about it follows from its number. */
export interface BenchCustomer {
  readonly organizationId: OrganizationId;
  readonly customerId: CustomerId;
  readonly ref: CustomerRef;
}

export function benchCustomer(number: number): BenchCustomer {
  const organizationId = uuidOf(0xa, number % ORGANIZATIONS) as OrganizationId;
  const customerId = uuidOf(0xc, number) as CustomerId;
  return { organizationId, customerId, ref: customerRef(organizationId, customerId) };
}

const ORGANIZATIONS = 8;
const USAGE_DAYS = 20;

export interface StreamOptions {
  readonly customers: number;
  /** How many events in all; what the customers' own facts leave over is usage. */
  readonly events: number;
  /** Usage ends here and began twenty days earlier. */
  readonly until: Micros;
}

/**
 * The same events for the same options: first what each customer bought, then usage of customers
 * picked at random, in the order of time.
 */
export function* eventStream({ customers, events, until }: StreamOptions): Generator<BillingEvent> {
  const begin = streamBegin(until);
  let count = 0;
  for (let number = 0; number < customers; number += 1) {
    const facts = customerFacts(number, begin);
    count += facts.length;
    yield* facts;
  }
  const random = seededRandom(1);
  const step = Math.floor((USAGE_DAYS * MICROS_PER_DAY) / Math.max(1, events - count));
  for (let index = 0; count < events; index += 1, count += 1) {
    yield usageEvent(Math.floor(random() * customers), index, {
      at: (begin + index * step) as Micros,
      random,
    });
  }
}

/** When the facts of a stream that ends at `until` began, and its usage. */
export const streamBegin = (until: Micros): Micros =>
  (until - USAGE_DAYS * MICROS_PER_DAY) as Micros;

/** What one customer is and bought: itself, a subscription, an invoice, every second one a wallet. */
export function customerFacts(number: number, at: Micros): readonly BillingEvent[] {
  const around = envelopeOf(number);
  const subscriptionId = uuidOf(0x5, number);
  const currency = CURRENCIES[number % CURRENCIES.length] ?? 'EUR';
  const began = { created_at: at, started_at: at, subscription_at: at };
  return [
    aCustomer(
      {
        external_id: `customer-${number}`,
        name: `Customer number ${number}`,
        email: `billing@customer-${number}.example`,
        currency,
        timezone: ZONES[number % ZONES.length] ?? 'UTC',
      },
      { ...around, event_id: `c-${number}`, occurred_at: at, event_type: 'customer.created' },
    ),
    aSubscription(
      {
        id: subscriptionId,
        external_id: `subscription-${number}`,
        ...began,
        plan: aPlan({ currency }),
        charges: CHARGES,
        entitlements: ENTITLEMENTS,
      },
      { ...around, event_id: `s-${number}`, occurred_at: at, event_type: 'subscription.created' },
    ),
    anInvoice(
      {
        id: uuidOf(0x1, number),
        number: `INV-${number}`,
        currency,
        issuing_date: toIso(at).slice(0, 10),
        payment_due_date: toIso((at + 30 * MICROS_PER_DAY) as Micros).slice(0, 10),
        subscription_ids: [subscriptionId],
      },
      { ...around, event_id: `i-${number}`, occurred_at: at, event_type: 'invoice.finalized' },
    ),
    ...(number % 2 === 0
      ? [
          aWallet(
            { id: uuidOf(0x7, number), currency, balance_cents: cents(25_000), created_at: at },
            { ...around, event_id: `w-${number}`, occurred_at: at, event_type: 'wallet.created' },
          ),
        ]
      : []),
  ];
}

/** The `index`-th usage event of the stream: mostly calls, some mail, now and then a storage level. */
export function usageEvent(
  number: number,
  index: number,
  { at, random }: { readonly at: Micros; readonly random: () => number },
): BillingEvent {
  const pick = random();
  const metric = pick < 0.7 ? 'api_calls' : pick < 0.9 ? 'emails_sent' : 'storage_gb';
  return aUsage(
    { metric_code: metric, timestamp: at, value: String(1 + Math.floor(random() * 500)) },
    { ...envelopeOf(number), event_id: `u-${index}`, occurred_at: at },
  );
}

/** An event as it is published: with its customer as the key, everything else left to the producer. */
export const recordOf = (event: BillingEvent): LogRecord => ({
  family: event.family,
  key: customerRef(event.organization_id, event.customer_id),
  partition: null,
  offset: null,
  timestamp: null,
  headers: {},
  decoded: { kind: 'event', event },
});

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY'];
const ZONES = ['Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'UTC'];

const CHARGES: readonly Charge[] = [
  aCharge({
    id: 'charge-calls',
    metric_code: 'api_calls',
    metric_name: 'API calls',
    aggregation: 'sum',
    charge_model: 'graduated',
    properties: {
      ranges: [
        { up_to: '1000', per_unit_amount: '0.5', flat_amount: '0' },
        { up_to: null, per_unit_amount: '0.25', flat_amount: '100' },
      ],
    },
  }),
  aCharge({
    id: 'charge-mail',
    metric_code: 'emails_sent',
    metric_name: 'E-mails sent',
    charge_model: 'package',
    properties: { amount: '75', package_size: '25' },
  }),
  aCharge({
    id: 'charge-storage',
    metric_code: 'storage_gb',
    metric_name: 'Storage, GB at the peak',
    aggregation: 'max',
    properties: { amount: '2.25' },
  }),
];

const ENTITLEMENTS: readonly Entitlement[] = [
  anEntitlement({ feature_code: 'api_calls', feature_name: 'API calls', value: '100000' }),
  anEntitlement({ feature_code: 'storage_gb', feature_name: 'Storage (GB)', value: '1000' }),
  anEntitlement({
    feature_type: 'boolean',
    feature_code: 'sso',
    feature_name: 'SSO',
    value: 'true',
  }),
];

/** What tells whose event it is. */
export function envelopeOf(number: number) {
  const { organizationId, customerId } = benchCustomer(number);
  return { organization_id: organizationId, customer_id: customerId, source: 'bench' };
}

/** Kind and number in a UUID of version 8, which is the application's own. */
const uuidOf = (kind: number, number: number): string =>
  `${kind.toString(16).padStart(8, '0')}-0000-8000-8000-${number.toString(16).padStart(12, '0')}`;
