import {
  canonical,
  type Charge,
  decimal,
  memberCount,
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
  const [first, ...others] = charges;
  // What a charge says is canonical already.
  if (first?.units != null && others.length === 0) return { units: first.units };
  const sum = charges.reduce((total, { units }) => total.plus(decimal(units ?? '0')), ZERO);
  return { units: canonical(sum) };
}

/**
 * The usage of a feature that no charge measures: the sum of its counters, its latest point, the number of its
 * members and what its changes come to since the subscription began, added up.
 */
export function metricUsage(series: readonly UsageSeries[]): FeatureUsage {
  const of = (wanted: UsageSeries['kind']): readonly UsageSeries[] =>
    series.filter(({ kind }) => kind === wanted);
  const sum = decimal(usageOf(of('counter')).totals?.sum ?? '0');
  const latest = decimal(usageOf(of('point')).events.at(-1)?.value ?? '0');
  const members = ofInteger(memberCount(of('unique'), false));
  const changes = usageOf(of('change'));
  const level = changes.earlier.level.plus(decimal(changes.totals?.sum ?? '0'));
  const units = canonical([sum, latest, members, level].reduce((a, b) => a.plus(b)));
  const isOfChanges = changes.totals !== null || changes.earlier.kinds.length > 0;
  return isOfChanges ? { units, goes_on: true } : { units };
}

/** A `quantity` whose value is a positive decimal has a usage; anything else has none. */
export function hasLimit(entitlement: Entitlement): boolean {
  if (entitlement.feature_type !== 'quantity') return false;
  return parseDecimal(entitlement.value)?.gt(ZERO) ?? false;
}

/** The codes of the entitlements with a limit: found once for a list, and forgotten with it. */
export function limitedCodes(entitlements: readonly Entitlement[]): readonly string[] {
  const known = limited.get(entitlements);
  if (known !== undefined) return known;
  const codes = entitlements.filter(hasLimit).map(({ feature_code }) => feature_code);
  limited.set(entitlements, codes);
  return codes;
}

const limited = new WeakMap<readonly Entitlement[], readonly string[]>();

/** Features with a limit that none of the subscription's charges measures. */
export const freeFeatures = (
  charges: readonly Charge[],
  entitlements: readonly Entitlement[],
): readonly string[] => {
  const measured = new Set(charges.map(({ metric_code }) => metric_code));
  return limitedCodes(entitlements).filter((code) => !measured.has(code));
};
