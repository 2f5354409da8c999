import { INTERVALS, type Micros, MICROS_PER_DAY, type Plan } from '@portal/billing';
import {
  type CustomerSnapshot,
  type Entitlement,
  type InvoiceSnapshot,
  type SubscriptionSnapshot,
  type UsageFact,
  type WalletSnapshot,
} from '@portal/projection';
import fc from 'fast-check';
import { at } from '../builders.ts';
import { arbitraryCharge } from './charges.ts';
import {
  arbitraryCents,
  arbitraryDate,
  arbitraryDecimal,
  arbitraryInstant,
  arbitraryTimeOfTurn,
  arbitraryVersion,
  CURRENCIES,
  EXTERNAL_IDS,
  KINDS,
  METRICS,
  oneOf,
  orNull,
  rarely,
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

const arbitraryEntitlement = (): fc.Arbitrary<Entitlement> =>
  fc.record({
    feature_code: oneOf(...METRICS, 'sso'),
    feature_name: fc.constant('A feature'),
    feature_type: oneOf<Entitlement['feature_type']>('quantity', 'quantity', 'boolean', 'custom'),
    value: oneOf('10000', '10000', '30', '0', 'gold'),
  });

const NEVER = fc.constant(null);
const LONG_AGO = at('2026-01-31T23:30:00Z');

type Named = Pick<SubscriptionSnapshot, 'current_period_start' | 'current_period_end'>;

const arbitraryTurn = (): fc.Arbitrary<Micros> =>
  fc.oneof(arbitraryInstant(), arbitraryTimeOfTurn());

/** What the biller says of its period: nothing, a start, or an end as well, at times one that cannot be. */
const arbitraryNamed = (): fc.Arbitrary<Named> =>
  fc
    .tuple(
      oneOf(0, 0, 0, 1, 2, 2, 3),
      arbitraryTurn(),
      oneOf(-1, 0, 3, 7, 28, 30, 31, 92, 366, 367),
    )
    .map(([said, start, days]) => ({
      current_period_start: said === 1 || said === 2 ? start : null,
      current_period_end: said >= 2 ? ((start + days * MICROS_PER_DAY) as Micros) : null,
    }));

export const arbitrarySubscription = (): fc.Arbitrary<SubscriptionSnapshot> =>
  fc.tuple(arbitraryTerms(), arbitraryNamed()).map(([terms, named]) => ({ ...terms, ...named }));

const arbitraryTerms = (): fc.Arbitrary<Omit<SubscriptionSnapshot, keyof Named>> =>
  fc.record({
    id: oneOf(...SUBSCRIPTIONS),
    external_id: oneOf(...EXTERNAL_IDS),
    version: arbitraryVersion(),
    status: oneOf<SubscriptionSnapshot['status']>(
      ...(['active', 'active', 'active', 'active'] as const),
      ...(['pending', 'paused', 'canceled', 'terminated'] as const),
    ),
    billing_time: oneOf<SubscriptionSnapshot['billing_time']>('calendar', 'anniversary'),
    month_end: oneOf<SubscriptionSnapshot['month_end']>('day_of_month', 'end_of_month'),
    subscription_at: orNull(arbitraryInstant()),
    started_at: fc.oneof(oneOf(null, LONG_AGO), arbitraryInstant()),
    ending_at: rarely(arbitraryTurn(), NEVER),
    canceled_at: orNull(arbitraryInstant()),
    terminated_at: rarely(arbitraryInstant(), NEVER),
    trial_period_days: oneOf(0, 0, 14),
    trial_ended_at: orNull(arbitraryInstant()),
    created_at: arbitraryInstant(),
    timezone: orNull(oneOf(...ZONES)),
    plan: arbitraryPlan(),
    pending_plan: orNull(fc.record({ plan: arbitraryPlan(), effective_at: arbitraryInstant() })),
    charges: fc.array(arbitraryCharge(), { maxLength: 4 }),
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

const price = arbitraryDecimal();

/** Mostly of the metric's own kind; corrections below zero; often for one subscription only. */
export const arbitraryUsage = (): fc.Arbitrary<UsageFact> =>
  oneOf(...METRICS).chain((metric) =>
    fc
      .record({
        metric_code: fc.constant(metric),
        timestamp: arbitraryInstant(),
        kind: fc.oneof(
          { weight: 1, arbitrary: oneOf(...new Set(Object.values(KINDS))) },
          { weight: 20, arbitrary: fc.constant(KINDS[metric]) },
        ),
        value: fc.oneof(fc.integer({ min: -3, max: 40 }).map(String), arbitraryDecimal(-100)),
        key: oneOf('user-1', 'user-2', 'user-3'),
        operation: oneOf<'add' | 'remove'>('add', 'add', 'remove'),
        amount_cents: metric === 'payments' ? rarely(NEVER, price) : orNull(price),
        dimensions: fc.dictionary(oneOf('region', 'tier'), oneOf('eu', 'us', 'gold'), {
          noNullPrototype: true,
        }),
        subscription_external_id: oneOf(null, null, ...EXTERNAL_IDS),
        properties: fc.dictionary(oneOf('request'), oneOf('a', 'b'), { noNullPrototype: true }),
      })
      .map(({ key, operation, ...usage }) => ({
        ...usage,
        unique_key: usage.kind === 'unique' ? key : null,
        operation: usage.kind === 'unique' ? operation : null,
      })),
  );
