import {
  type Charge,
  type ChargeFilter,
  INTERVALS,
  type Plan,
  type PropertyBag,
  type PropertyValue,
} from '@portal/billing';
import { fromEntries } from '../dict.ts';
import { type Entitlement, type PendingPlan } from '../events.ts';
import {
  cents,
  type Codec,
  dict,
  flag,
  list,
  micros,
  nullable,
  number,
  objectOf,
  row,
  text,
  usually,
  word,
} from './codec.ts';

/** Terms of a subscription: what it costs, and what it gives. */
export const plan: Codec<Plan> = row<Plan>({
  code: text,
  name: text,
  interval: word(...INTERVALS),
  amount_cents: cents,
  currency: text,
  pay_in_advance: flag,
  minimum_commitment_cents: nullable(cents),
});

export const pendingPlan: Codec<PendingPlan> = row<PendingPlan>({ plan, effective_at: micros });

/** Names are the billing system's, so they stay; at every depth they are written in order. */
const properties: Codec<PropertyBag> = {
  encode: inOrder,
  decode: (stored) => objectOf(stored) as PropertyBag,
};

function inOrder(value: PropertyValue): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(inOrder);
  return fromEntries(Object.entries(value).map(([name, each]) => [name, inOrder(each)]));
}

const isList = (value: PropertyValue): value is readonly PropertyValue[] => Array.isArray(value);

const filter = row<ChargeFilter>({
  dimensions: dict(list(text)),
  properties,
  display_name: nullable(text),
});

export const charge: Codec<Charge> = row<Charge>({
  id: text,
  metric_code: text,
  metric_name: text,
  aggregation: text,
  recurring: flag,
  charge_model: text,
  properties,
  filters: list(filter),
  unmatched_usage: usually('charge', word('charge', 'free')),
  min_amount_cents: nullable(cents),
  rounding_function: nullable(word('round', 'ceil', 'floor')),
  rounding_precision: nullable(number),
});

export const entitlement: Codec<Entitlement> = row<Entitlement>({
  feature_code: text,
  feature_name: text,
  value: text,
  feature_type: usually('quantity', word('quantity', 'boolean', 'custom')),
});
