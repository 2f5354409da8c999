import { INTERVALS } from '@portal/billing';
import * as z from 'zod';
import { cents, count, currency, decimal, featureType, id, instant, text } from './fields.ts';

/**
 * The default body. Field order is part of the contract. Answers hold exactly these fields today; a client
 * must accept more, so the schemas say nothing against it.
 */
export const nextBilling = z.object({
  subscription_id: id,
  subscription_external_id: text,
  plan_name: text,
  plan_interval: z.enum(INTERVALS),
  next_billing_date: instant.describe('instant of the next bill, UTC'),
  days_until_next_billing: z
    .int()
    .describe("calendar days in the subscription's zone: 0 today, 1 tomorrow"),
  amount_cents: cents.describe('what the plan bills then, in minor units'),
  currency,
});

export const upcomingCharge = z.object({
  subscription_id: id,
  subscription_external_id: text,
  plan_name: text,
  base_amount_cents: cents,
  usage_amount_cents: cents.describe('usage of the period that contains now, in minor units'),
  total_estimated_cents: cents.describe('base plus usage, in minor units'),
  currency,
});

export const usageProgress = z.object({
  feature_name: text,
  feature_code: text,
  feature_type: featureType,
  entitlement_value: text,
  current_usage: decimal.nullable(),
  usage_percentage: z.number().min(0).max(100).nullable(),
});

export const quickActions = z.object({
  outstanding_invoice_count: count,
  outstanding_amount_cents: cents,
  has_wallet: z.boolean(),
  wallet_balance_cents: cents,
  has_active_subscription: z.boolean(),
  currency,
});

export const dashboardSummary = z.object({
  next_billing: z.array(nextBilling).describe('one row per current subscription'),
  upcoming_charges: z.array(upcomingCharge).describe('one row per current subscription'),
  usage_progress: z
    .array(usageProgress)
    .describe("one row per feature of the current subscriptions' entitlements"),
  quick_actions: quickActions,
});
