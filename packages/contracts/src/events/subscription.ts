import { INTERVALS, type Charge, type ChargeFilter, type Plan } from '@portal/billing';
import { type Entitlement, type PendingPlan, type SubscriptionSnapshot } from '@portal/projection';
import { propertiesOf } from './properties.ts';
import { ENTRIES_MAX } from './limits.ts';
import {
  amount,
  flag,
  listOf,
  longFrom,
  mapOf,
  object,
  optional,
  orElse,
  required,
  version,
  type Read,
} from './reading.ts';
import { currency, id, name, oneOf, timezone, uuid, valueText } from './texts.ts';
import { instant } from './times.ts';

/** A century: longer ones are mistakes, and date arithmetic needs a bound. */
const TRIAL_DAYS_MAX = 36_500;
const PRECISION_MAX = 20;

const status = oneOf(['pending', 'active', 'paused', 'canceled', 'terminated'], {
  cancelled: 'canceled',
});
const billingTime = oneOf(['calendar', 'anniversary']);
const monthEnd = oneOf(['day_of_month', 'end_of_month']);
const trialDays = longFrom(0, TRIAL_DAYS_MAX);
const precision = longFrom(-PRECISION_MAX, PRECISION_MAX);
const interval = oneOf(INTERVALS);
const roundingFunction = oneOf(['round', 'ceil', 'floor']);
const unmatchedUsage = oneOf(['charge', 'free']);
const featureType = oneOf(['quantity', 'boolean', 'custom']);
const dimensions = mapOf(
  id,
  listOf(valueText, ENTRIES_MAX['ChargeFilter.dimensions[]']),
  ENTRIES_MAX['ChargeFilter.dimensions'],
);

export const subscription: Read<SubscriptionSnapshot> = (raw) => {
  const fields = object(raw);
  return {
    id: required(fields, 'id', uuid),
    external_id: required(fields, 'external_id', id),
    version: required(fields, 'version', version),
    status: required(fields, 'status', status),
    current_period_start: optional(fields, 'current_period_start', instant),
    current_period_end: optional(fields, 'current_period_end', instant),
    billing_time: orElse(fields, 'billing_time', billingTime, 'calendar'),
    month_end: orElse(fields, 'month_end', monthEnd, 'day_of_month'),
    subscription_at: optional(fields, 'subscription_at', instant),
    started_at: optional(fields, 'started_at', instant),
    ending_at: optional(fields, 'ending_at', instant),
    canceled_at: optional(fields, 'canceled_at', instant),
    terminated_at: optional(fields, 'terminated_at', instant),
    trial_period_days: orElse(fields, 'trial_period_days', trialDays, 0),
    trial_ended_at: optional(fields, 'trial_ended_at', instant),
    created_at: required(fields, 'created_at', instant),
    timezone: optional(fields, 'timezone', timezone),
    plan: required(fields, 'plan', plan),
    pending_plan: optional(fields, 'pending_plan', pendingPlan),
    charges: orElse(fields, 'charges', charges, []),
    entitlements: orElse(fields, 'entitlements', entitlements, []),
  };
};

const plan: Read<Plan> = (raw) => {
  const fields = object(raw);
  return {
    code: required(fields, 'code', id),
    name: required(fields, 'name', name),
    interval: required(fields, 'interval', interval),
    amount_cents: required(fields, 'amount_cents', amount),
    currency: required(fields, 'currency', currency),
    pay_in_advance: orElse(fields, 'pay_in_advance', flag, false),
    minimum_commitment_cents: optional(fields, 'minimum_commitment_cents', amount),
  };
};

const pendingPlan: Read<PendingPlan> = (raw) => {
  const fields = object(raw);
  return {
    plan: required(fields, 'plan', plan),
    effective_at: required(fields, 'effective_at', instant),
  };
};

const charge: Read<Charge> = (raw) => {
  const fields = object(raw);
  const model = required(fields, 'charge_model', id);
  return {
    id: required(fields, 'id', id),
    metric_code: required(fields, 'metric_code', id),
    metric_name: required(fields, 'metric_name', name),
    aggregation: required(fields, 'aggregation', id),
    recurring: orElse(fields, 'recurring', flag, false),
    rounding_function: optional(fields, 'rounding_function', roundingFunction),
    rounding_precision: optional(fields, 'rounding_precision', precision),
    charge_model: model,
    properties: orElse(fields, 'properties', propertiesOf(model), {}),
    min_amount_cents: optional(fields, 'min_amount_cents', amount),
    unmatched_usage: orElse(fields, 'unmatched_usage', unmatchedUsage, 'charge'),
    filters: orElse(fields, 'filters', listOf(filterOf(model), ENTRIES_MAX['Charge.filters']), []),
  };
};

/** A filter's properties go by the names of its charge's model, so that they can replace the charge's. */
const filterOf =
  (model: string): Read<ChargeFilter> =>
  (raw) => {
    const fields = object(raw);
    return {
      dimensions: orElse(fields, 'dimensions', dimensions, {}),
      properties: orElse(fields, 'properties', propertiesOf(model), {}),
      display_name: optional(fields, 'display_name', name),
    };
  };

const entitlement: Read<Entitlement> = (raw) => {
  const fields = object(raw);
  return {
    feature_code: required(fields, 'feature_code', id),
    feature_name: required(fields, 'feature_name', name),
    feature_type: required(fields, 'feature_type', featureType),
    value: required(fields, 'value', valueText),
  };
};

const charges = listOf(charge, ENTRIES_MAX['Subscription.charges']);
const entitlements = listOf(entitlement, ENTRIES_MAX['Subscription.entitlements']);
