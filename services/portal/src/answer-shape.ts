import * as v from 'valibot';

/**
 * What an answer must be so that every card can show it. Fields and words that are not known here are let
 * through: a newer server may say more. Anything else is refused by the place it stands at, so that
 * nothing is shown as NaN, as `undefined` or in a zone it does not belong to.
 */
const text = v.string();
const orNull = v.nullable;
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const cents = v.pipe(v.number(), v.safeInteger());
const decimal = v.pipe(text, v.regex(/^-?\d{1,400}(\.\d{1,400})?$/));
const instant = v.pipe(text, v.regex(/^\d{4,6}-\d\d-\d\dT[\d:.]{5,20}Z$/), v.check(isInstant));
const date = v.pipe(text, v.regex(/^\d{4,6}-\d\d-\d\d$/), v.check(isInstant));
const currency = v.pipe(text, v.regex(/^[A-Z]{3}$/));
const zone = v.pipe(text, v.check(isZone));
const percentage = v.pipe(v.number(), v.minValue(0), v.maxValue(100));

const SUBSCRIPTION = { subscription_id: text, subscription_external_id: text };
const PERIOD = { start: instant, end: instant };

const step = v.object({
  kind: text,
  range: orNull(count),
  quantity: orNull(decimal),
  price: orNull(decimal),
  amount: decimal,
});

const part = v.object({
  filter: orNull(text),
  units: orNull(decimal),
  amount: orNull(decimal),
  reason: orNull(text),
  steps: v.array(step),
});

const charge = v.object({
  charge_id: text,
  metric_name: text,
  charge_model: text,
  recurring: v.boolean(),
  units: orNull(decimal),
  amount: orNull(decimal),
  reason: orNull(text),
  parts: v.array(part),
  true_up: decimal,
});

const subscription = v.object({
  ...SUBSCRIPTION,
  status: text,
  timezone: zone,
  current_period: orNull(v.object(PERIOD)),
  trial_ends_at: orNull(instant),
  in_trial: v.boolean(),
  ends_at: orNull(instant),
  pending_plan: orNull(
    v.object({ plan_name: text, effective_at: instant, amount_cents: cents, currency }),
  ),
  charges: v.array(charge),
  minimum_commitment: orNull(
    v.object({ committed_cents: cents, burned_cents: orNull(cents), true_up_cents: orNull(cents) }),
  ),
  previous_period: orNull(
    v.object({
      ...PERIOD,
      usage_amount_cents: orNull(cents),
      invoice_arrived: orNull(v.boolean()),
    }),
  ),
});

const runway = v.object({ basis: v.array(text), earliest: instant, latest: instant });

const FEATURE = {
  feature_code: text,
  feature_name: text,
  feature_type: text,
  entitlement_value: text,
  current_usage: orNull(decimal),
};

const totals = v.object({
  currency,
  outstanding_invoice_count: count,
  outstanding_amount_cents: cents,
  wallet_balance_cents: cents,
  upcoming_total_cents: cents,
  wallet_runway: orNull(runway),
});

const details = v.object({
  customer: v.object({ locale: orNull(text), timezone: zone }),
  subscriptions: v.array(subscription),
  features: v.array(
    v.object({
      ...FEATURE,
      subscription_id: text,
      usage_percentage: orNull(decimal),
      overage: orNull(decimal),
      recurring: v.boolean(),
      resets_at: orNull(instant),
      runway: orNull(runway),
    }),
  ),
  totals_by_currency: v.array(totals),
  overdue: v.array(v.object({ currency, count, amount_cents: cents, oldest_due_date: date })),
  wallets: v.array(
    v.object({
      wallet_id: text,
      name: orNull(text),
      currency,
      balance_cents: cents,
      expires_at: orNull(instant),
    }),
  ),
  expiring_credits: v.array(v.object({ wallet_id: text })),
  unavailable: v.array(
    v.object({
      subscription_id: text,
      charge_id: orNull(text),
      feature_code: orNull(text),
      reason: text,
    }),
  ),
});

export const dashboardShape = v.object({
  next_billing: v.array(
    v.object({
      ...SUBSCRIPTION,
      plan_name: text,
      plan_interval: text,
      next_billing_date: instant,
      days_until_next_billing: v.pipe(v.number(), v.safeInteger()),
      amount_cents: cents,
      currency,
    }),
  ),
  upcoming_charges: v.array(
    v.object({
      ...SUBSCRIPTION,
      plan_name: text,
      currency,
      base_amount_cents: cents,
      usage_amount_cents: cents,
      total_estimated_cents: cents,
    }),
  ),
  usage_progress: v.array(v.object({ ...FEATURE, usage_percentage: orNull(percentage) })),
  quick_actions: v.object({
    outstanding_invoice_count: count,
    outstanding_amount_cents: cents,
    has_wallet: v.boolean(),
    wallet_balance_cents: cents,
    currency,
  }),
  details,
  meta: v.object({ status: text, reasons: v.array(v.object({ code: text, detail: text })) }),
});

export const embeddedShape = v.object({
  now: instant,
  frozen: v.boolean(),
  customers: v.array(v.object({ name: text, description: text, token: text })),
});

function isInstant(value: string): boolean {
  return !Number.isNaN(Date.parse(value));
}

/** A zone that this browser does not know cannot be shown: its days would be those of another one. */
function isZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
