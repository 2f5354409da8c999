import {
  canonical,
  type Charge,
  decimal,
  ofInteger,
  parseDecimal,
  type Period,
  priceCharge,
  usageOf,
  type UsageSeries,
  ZERO,
} from '@portal/billing';
import { type FeatureUsage, type PricedCharge } from '../document.ts';
import { type Entitlement } from '../events.ts';
import { type ItemisedCharge } from './itemise.ts';

/** A charge's result in the form documents carry. */
export function priceOne(
  charge: Charge,
  series: readonly UsageSeries[],
  period: Period,
): PricedCharge {
  const { units, events, amount, reason } = priceCharge(charge, series, period);
  return {
    units: units === null ? null : canonical(units),
    events,
    amount: amount === null ? null : canonical(amount),
    reason,
  };
}

export const unpriced = (reason: string): ItemisedCharge => ({
  units: null,
  events: 0,
  amount: null,
  reason,
  parts: [],
  true_up: '0',
});

/** A feature's usage is the units of this subscription's charges on it, whether they could be priced or not. */
export function unitsOf(charges: readonly PricedCharge[]): FeatureUsage {
  const failed = charges.find(({ units }) => units === null);
  if (failed !== undefined) return { reason: failed.reason ?? 'its usage cannot be computed' };
  const sum = charges.reduce((total, { units }) => total.plus(decimal(units ?? '0')), ZERO);
  return { units: canonical(sum) };
}

/**
 * The usage of a feature that no charge measures: the sum of its counters, its latest point and the
 * number of its distinct unique keys, added up.
 */
export function metricUsage(series: readonly UsageSeries[]): FeatureUsage {
  const counters = series.filter(({ kind }) => kind === 'counter');
  const { raw } = usageOf(series);
  const sum = decimal(usageOf(counters).totals?.sum ?? '0');
  const latest = decimal(raw.findLast(({ key }) => key === null)?.value ?? '0');
  const keys = new Set(raw.flatMap(({ key }) => (key === null ? [] : [key])));
  return { units: canonical(sum.plus(latest).plus(ofInteger(keys.size))) };
}

/** A `quantity` whose value is a positive decimal has a usage; anything else has none. */
export function hasLimit(entitlement: Entitlement): boolean {
  if (entitlement.feature_type !== 'quantity') return false;
  return parseDecimal(entitlement.value)?.gt(ZERO) ?? false;
}

/** Features with a limit that none of the subscription's charges measures. */
export const freeFeatures = (
  charges: readonly Charge[],
  entitlements: readonly Entitlement[],
): readonly string[] => {
  const measured = new Set(charges.map(({ metric_code }) => metric_code));
  return entitlements
    .filter(hasLimit)
    .map(({ feature_code }) => feature_code)
    .filter((code) => !measured.has(code));
};
