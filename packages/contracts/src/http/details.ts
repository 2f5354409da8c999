import * as z from 'zod';
import { cents, count, currency, date, decimal, id, instant, text } from './fields.ts';

/** `include=details`: what the default body cannot say in its shape. */
export const chargeDetails = z.strictObject({
  charge_id: text,
  metric_code: text,
  metric_name: text,
  charge_model: text,
  aggregation: text,
  units: decimal.nullable().describe('null when unavailable'),
  events: count,
  amount: decimal
    .nullable()
    .describe("exact minor units, before the fraction is dropped from the line's sum"),
  reason: text.nullable().describe('why units or amount are unavailable'),
});

export const subscriptionDetails = z.strictObject({
  subscription_id: id,
  subscription_external_id: text,
  status: text,
  timezone: text.describe('IANA zone its dates live in'),
  current_period: z
    .strictObject({ start: instant, end: instant })
    .nullable()
    .describe("cut at the subscription's start and end; null before the start and after the end"),
  trial_ends_at: instant.nullable(),
  in_trial: z.boolean(),
  ends_at: instant.nullable().describe('a cancellation that lies ahead, or when it ended'),
  pending_plan: z
    .strictObject({
      plan_code: text,
      plan_name: text,
      effective_at: instant,
      amount_cents: cents,
      currency,
    })
    .nullable(),
  charges: z.array(chargeDetails),
  previous_period: z
    .strictObject({
      start: instant,
      end: instant,
      usage_amount_cents: cents.nullable().describe('null when it cannot be computed'),
    })
    .nullable(),
});

export const currencyTotals = z.strictObject({
  currency,
  outstanding_invoice_count: count,
  outstanding_amount_cents: cents,
  wallet_balance_cents: cents,
  upcoming_total_cents: cents,
});

export const overdue = z.strictObject({
  currency,
  count,
  amount_cents: cents,
  oldest_due_date: date,
});

export const walletDetails = z.strictObject({
  wallet_id: id,
  name: text.nullable(),
  currency,
  balance_cents: cents,
  priority: z.int(),
  expires_at: instant.nullable(),
});

export const unavailable = z.strictObject({
  subscription_id: id,
  charge_id: text.nullable(),
  feature_code: text.nullable(),
  reason: text,
});

export const details = z.strictObject({
  subscriptions: z.array(subscriptionDetails),
  totals_by_currency: z.array(currencyTotals),
  overdue: z.array(overdue),
  wallets: z.array(walletDetails).describe('in burn order'),
  unavailable: z.array(unavailable).describe('what could not be computed, and why'),
});
