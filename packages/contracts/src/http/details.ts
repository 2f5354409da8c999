import { type PriceStep } from '@portal/billing';
import { type SubscriptionStatus } from '@portal/projection';
import * as z from 'zod';
import { cents, count, currency, date, decimal, featureType, id, instant, text } from './fields.ts';

const STEP_KINDS = [
  'units',
  'rate',
  'flat',
  'packages',
  'free',
  'fixed',
  'priced_events',
  'custom',
  'per_transaction_min',
  'per_transaction_max',
  'min_price',
  'max_price',
  'not_below_zero',
] as const satisfies readonly PriceStep['kind'][];

const SUBSCRIPTION_STATUSES = [
  'pending',
  'active',
  'paused',
  'canceled',
  'terminated',
] as const satisfies readonly SubscriptionStatus[];

/** How a charge comes to its amount: quantity × price, where the kind has a price. */
export const chargeStep = z.object({
  kind: z.enum(STEP_KINDS),
  range: count.nullable().describe('place of the range, for models that have ranges'),
  quantity: decimal.nullable(),
  price: decimal.nullable().describe('minor units for each; of a rate, percent'),
  amount: decimal,
});

export const chargePart = z.object({
  filter: text.nullable().describe('null: what no filter takes'),
  units: decimal.nullable(),
  events: count,
  amount: decimal.nullable(),
  reason: text.nullable(),
  steps: z.array(chargeStep).describe('add up to the amount'),
});

/** `include=details`: what the default body cannot say in its shape. */
export const chargeDetails = z.object({
  charge_id: text,
  metric_code: text,
  metric_name: text,
  charge_model: text,
  aggregation: text,
  recurring: z.boolean().describe('what it counts goes on into the next period'),
  units: decimal.nullable().describe('null when unavailable'),
  events: count,
  amount: decimal
    .nullable()
    .describe("exact minor units, before the fraction is dropped from the line's sum"),
  reason: text.nullable().describe('why units or amount are unavailable'),
  parts: z.array(chargePart).describe('with the true-up they add up to the amount'),
  true_up: decimal.describe("what lifts the parts to the charge's minimum"),
});

export const runway = z
  .object({
    method: z.literal('linear'),
    basis: z.array(z.enum(['period_to_date', 'previous_period'])),
    earliest: instant,
    latest: instant,
  })
  .describe('a forecast made at the newest usage event');

export const featureDetails = z.object({
  subscription_id: id,
  feature_code: text,
  feature_name: text,
  feature_type: featureType,
  entitlement_value: text,
  current_usage: decimal.nullable(),
  usage_percentage: decimal.nullable().describe('not capped at 100'),
  overage: decimal.nullable().describe('units above the limit'),
  recurring: z
    .boolean()
    .describe('what is used goes on into the next period; false when there is none'),
  resets_at: instant.nullable().describe('null when it goes on, or the subscription ends by then'),
  runway: runway.nullable().describe('when the limit is reached'),
});

export const subscriptionDetails = z.object({
  subscription_id: id,
  subscription_external_id: text,
  status: z.enum(SUBSCRIPTION_STATUSES),
  timezone: text.describe('IANA zone its dates live in'),
  current_period: z
    .object({ start: instant, end: instant })
    .nullable()
    .describe("cut at the subscription's start and end; null before the start and after the end"),
  trial_ends_at: instant.nullable(),
  in_trial: z.boolean(),
  ends_at: instant.nullable().describe('a cancellation that lies ahead, or when it ended'),
  pending_plan: z
    .object({
      plan_code: text,
      plan_name: text,
      effective_at: instant,
      amount_cents: cents,
      currency,
    })
    .nullable(),
  charges: z.array(chargeDetails),
  minimum_commitment: z
    .object({
      committed_cents: cents,
      burned_cents: cents.nullable(),
      true_up_cents: cents.nullable(),
    })
    .nullable()
    .describe('base and usage of the current period against the minimum; in no other amount'),
  previous_period: z
    .object({
      start: instant,
      end: instant,
      usage_amount_cents: cents.nullable().describe('null when it cannot be computed'),
      invoice_arrived: z.boolean().nullable().describe('null when it cannot be told any more'),
    })
    .nullable(),
});

export const currencyTotals = z.object({
  currency,
  outstanding_invoice_count: count,
  outstanding_amount_cents: cents,
  wallet_balance_cents: cents,
  upcoming_total_cents: cents,
  wallet_runway: runway.nullable().describe('when the wallets are empty if they pay for usage'),
});

export const overdue = z.object({
  currency,
  count,
  amount_cents: cents,
  oldest_due_date: date,
});

export const walletDetails = z.object({
  wallet_id: text,
  name: text.nullable(),
  currency,
  balance_cents: cents,
  priority: z.int(),
  expires_at: instant.nullable(),
});

export const expiringCredit = z.object({
  wallet_id: text,
  currency,
  amount_cents: cents,
  expires_at: instant,
});

export const unavailable = z.object({
  subscription_id: id,
  charge_id: text.nullable(),
  feature_code: text.nullable(),
  reason: text.describe(
    'in words, for people; begins with previous period:, period_not_kept:, ledger_cap: or history_trimmed: where it is so',
  ),
});

export const conflict = z.object({
  entity: z.enum(['customer', 'subscription', 'invoice', 'wallet', 'usage']),
  id: text.describe('of usage the event id'),
  version: count.nullable().describe('null of usage, which has none'),
  events: z
    .array(text)
    .describe(
      'where each content was first seen, invoices/3@105: the first counts; of usage those that do not count',
    ),
});

export const customerDetails = z.object({
  locale: text.nullable().describe('portal_locale of the customer, a BCP 47 language tag'),
  timezone: text.describe("the customer's IANA zone"),
});

export const details = z.object({
  customer: customerDetails,
  subscriptions: z.array(subscriptionDetails),
  features: z.array(featureDetails).describe('every entitlement of the current subscriptions'),
  totals_by_currency: z.array(currencyTotals),
  overdue: z.array(overdue),
  wallets: z.array(walletDetails).describe('in burn order'),
  expiring_credits: z.array(expiringCredit).describe('within 30 days, the next one first'),
  unavailable: z.array(unavailable).describe('what could not be computed, and why'),
  conflicts: z
    .array(conflict)
    .describe('versions and usage event ids that were sent with several contents; the first 20'),
  ledger_from: text
    .nullable()
    .describe('first UTC day whose usage counts, 2025-10-18: older usage is not counted any more'),
});
