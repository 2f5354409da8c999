import { INTERVALS, type Charge, type Plan } from '@portal/billing';
import {
  type CustomerSnapshot,
  type Entitlement,
  type InvoiceSnapshot,
  type SubscriptionSnapshot,
  type UsageFact,
  type WalletSnapshot,
} from '@portal/projection';
import fc from 'fast-check';
import {
  arbitraryCents,
  arbitraryDate,
  arbitraryDecimal,
  arbitraryInstant,
  arbitraryVersion,
  CURRENCIES,
  METRICS,
  oneOf,
  orNull,
  SUBSCRIPTIONS,
  ZONES,
} from './words.ts';

export const arbitraryCustomer = (): fc.Arbitrary<CustomerSnapshot> =>
  fc.record({
    version: arbitraryVersion(),
    external_id: oneOf('acme', 'globex'),
    name: oneOf('Acme Ltd', 'Globex', 'Café Zoë 日本'),
    email: orNull(fc.constant('billing@acme.example')),
    currency: orNull(oneOf(...CURRENCIES)),
    timezone: orNull(oneOf(...ZONES)),
    portal_locale: orNull(oneOf('en', 'fr')),
  });

const arbitraryPlan = (): fc.Arbitrary<Plan> =>
  fc.record({
    code: oneOf('basic', 'pro'),
    name: oneOf('Basic', 'Pro'),
    interval: oneOf(...INTERVALS),
    amount_cents: arbitraryCents(),
    currency: oneOf(...CURRENCIES),
    pay_in_advance: fc.boolean(),
    minimum_commitment_cents: orNull(arbitraryCents()),
  });

const arbitraryRange = fc.record({
  up_to: orNull(oneOf('10', '100', '1000.5')),
  per_unit_amount: arbitraryDecimal(),
  flat_amount: arbitraryDecimal(),
});

/** A model with the properties it needs, canonical names; sometimes a model nobody priced yet. */
const arbitraryPricing = (): fc.Arbitrary<Pick<Charge, 'charge_model' | 'properties'>> =>
  fc.oneof(
    fc.record({
      charge_model: fc.constant('standard'),
      properties: fc.record({ amount: arbitraryDecimal() }),
    }),
    fc.record({
      charge_model: oneOf('graduated', 'volume'),
      properties: fc.record({ ranges: fc.array(arbitraryRange, { minLength: 1, maxLength: 3 }) }),
    }),
    fc.record({
      charge_model: fc.constant('package'),
      properties: fc.record({
        amount: arbitraryDecimal(),
        package_size: oneOf('1', '10', '1000'),
        free_units: oneOf('0', '5'),
      }),
    }),
    fc.record({
      charge_model: oneOf('percentage', 'telepathic'),
      properties: fc.record({ rate: arbitraryDecimal() }),
    }),
  );

const arbitraryFilter = fc.record({
  dimensions: fc.dictionary(oneOf('region', 'tier'), fc.subarray(['eu', 'us', 'gold']), {
    noNullPrototype: true,
  }),
  properties: fc.oneof(
    fc.constant({}),
    fc.record({ amount: arbitraryDecimal(), free_units: oneOf('0', '5') }),
  ),
  display_name: orNull(fc.constant('Europe')),
});

const arbitraryCharge = (): fc.Arbitrary<Charge> =>
  fc
    .tuple(
      fc.record({
        id: oneOf('charge-1', 'charge-2'),
        metric_code: oneOf(...METRICS),
        metric_name: fc.constant('A metric'),
        aggregation: oneOf('count', 'sum', 'max', 'unique_count', 'weighted_sum', 'latest'),
        recurring: fc.boolean(),
        rounding_function: orNull(oneOf<'round' | 'ceil' | 'floor'>('round', 'ceil', 'floor')),
        rounding_precision: orNull(fc.integer({ min: 0, max: 3 })),
        min_amount_cents: orNull(arbitraryCents()),
        unmatched_usage: oneOf<'charge' | 'free'>('charge', 'free'),
        filters: fc.array(arbitraryFilter, { maxLength: 2 }),
      }),
      arbitraryPricing(),
    )
    .map(([charge, pricing]) => ({ ...charge, ...pricing }));

const arbitraryEntitlement = (): fc.Arbitrary<Entitlement> =>
  fc.record({
    feature_code: oneOf(...METRICS, 'sso'),
    feature_name: fc.constant('A feature'),
    feature_type: oneOf<Entitlement['feature_type']>('quantity', 'boolean', 'custom'),
    value: oneOf('10000', '0', 'true', 'gold'),
  });

export const arbitrarySubscription = (): fc.Arbitrary<SubscriptionSnapshot> =>
  fc.record({
    id: oneOf(...SUBSCRIPTIONS),
    external_id: oneOf('sub-1', 'sub-2'),
    version: arbitraryVersion(),
    status: oneOf<SubscriptionSnapshot['status']>(
      'active',
      'active',
      'pending',
      'paused',
      'canceled',
      'terminated',
    ),
    current_period_start: orNull(arbitraryInstant()),
    billing_time: oneOf<SubscriptionSnapshot['billing_time']>('calendar', 'anniversary'),
    month_end: oneOf<SubscriptionSnapshot['month_end']>('day_of_month', 'end_of_month'),
    subscription_at: orNull(arbitraryInstant()),
    started_at: orNull(arbitraryInstant()),
    ending_at: orNull(arbitraryInstant()),
    canceled_at: orNull(arbitraryInstant()),
    terminated_at: orNull(arbitraryInstant()),
    trial_period_days: oneOf(0, 0, 14),
    trial_ended_at: orNull(arbitraryInstant()),
    created_at: arbitraryInstant(),
    timezone: orNull(oneOf(...ZONES)),
    plan: arbitraryPlan(),
    pending_plan: orNull(fc.record({ plan: arbitraryPlan(), effective_at: arbitraryInstant() })),
    charges: fc.array(arbitraryCharge(), { maxLength: 3 }),
    entitlements: fc.array(arbitraryEntitlement(), { maxLength: 3 }),
  });

export const arbitraryInvoice = (): fc.Arbitrary<InvoiceSnapshot> =>
  fc.record({
    id: oneOf('invoice-1', 'invoice-2', 'invoice-3'),
    version: arbitraryVersion(),
    number: oneOf('A-001', 'A-002'),
    invoice_type: orNull(oneOf('subscription', 'one_off')),
    status: oneOf<InvoiceSnapshot['status']>(
      'finalized',
      'finalized',
      'finalized',
      ...(['draft', 'pending', 'paid', 'voided', 'failed', 'deleted'] as const),
    ),
    payment_status: orNull(
      oneOf<NonNullable<InvoiceSnapshot['payment_status']>>('pending', 'succeeded', 'failed'),
    ),
    currency: oneOf(...CURRENCIES),
    total_cents: arbitraryCents(),
    paid_cents: arbitraryCents(),
    credited_cents: arbitraryCents(),
    issuing_date: orNull(arbitraryDate()),
    payment_due_date: orNull(arbitraryDate()),
    subscription_ids: fc.subarray(SUBSCRIPTIONS),
  });

export const arbitraryWallet = (): fc.Arbitrary<WalletSnapshot> =>
  fc.record({
    id: oneOf('wallet-1', 'wallet-2'),
    version: arbitraryVersion(),
    name: orNull(fc.constant('Prepaid')),
    code: orNull(fc.constant('prepaid')),
    status: oneOf<WalletSnapshot['status']>('active', 'active', 'terminated'),
    currency: oneOf(...CURRENCIES),
    balance_cents: arbitraryCents(-1_000),
    consumed_cents: orNull(arbitraryCents()),
    ongoing_balance_cents: orNull(arbitraryCents(-1_000)),
    priority: fc.integer({ min: 1, max: 50 }),
    expiration_at: orNull(arbitraryInstant()),
    created_at: arbitraryInstant(),
  });

/** Mostly counters; corrections below zero; sometimes for one subscription only. */
export const arbitraryUsage = (): fc.Arbitrary<UsageFact> =>
  fc
    .record({
      metric_code: oneOf(...METRICS),
      timestamp: arbitraryInstant(),
      kind: oneOf<UsageFact['kind']>('counter', 'counter', 'counter', 'point', 'unique'),
      value: arbitraryDecimal(-100),
      key: oneOf('user-1', 'user-2'),
      amount_cents: orNull(arbitraryDecimal()),
      dimensions: fc.dictionary(oneOf('region', 'tier'), oneOf('eu', 'us', 'gold'), {
        noNullPrototype: true,
      }),
      subscription_external_id: orNull(oneOf('sub-1', 'sub-2')),
      properties: fc.dictionary(oneOf('request'), oneOf('a', 'b'), { noNullPrototype: true }),
    })
    .map(({ key, ...usage }) => ({ ...usage, unique_key: usage.kind === 'unique' ? key : null }));
