import {
  canonical,
  type Charge,
  decimal,
  parseDecimal,
  parseSeries,
  priceCharge,
  type Series,
  type Totals,
  ZERO,
} from '@portal/billing';
import { type Dict, fromEntries, get } from '../dict.ts';
import {
  type FeatureUsage,
  type PricedCharge,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { windowName } from '../fold/windows.ts';
import { type Entitlement, type SubscriptionSnapshot } from '../events.ts';
import { type UsageState } from '../state/state.ts';

type Priceable = Pick<SubscriptionSnapshot, 'id' | 'external_id' | 'charges' | 'entitlements'>;

/** The subscription's periods that can hold usage, newest first, priced with its newest terms. */
export function pricedPeriods(usage: UsageState, subscription: Priceable): readonly PricedPeriod[] {
  return (get(usage.periods, subscription.id) ?? []).map((period) => ({
    start: period.start,
    end: period.end,
    ...price(usage, get(usage.windows, windowName(period)) ?? {}, subscription),
  }));
}

/** What a period without usage costs: flat parts and minimums are due all the same. */
export const idleUsage = (usage: UsageState, subscription: Priceable): PricedUsage =>
  price(usage, {}, subscription);

interface SeriesTotals extends Series {
  readonly totals: Totals;
}

function price(
  usage: UsageState,
  window: Dict<Dict<Totals>>,
  subscription: Priceable,
): PricedUsage {
  const seriesOf = (metric: string): readonly SeriesTotals[] =>
    Object.entries(get(window, metric) ?? {})
      .map(([text, totals]) => ({ ...parseSeries(text), totals }))
      .filter(({ scope }) => countsFor(scope, subscription));

  const charges = subscription.charges.map((charge) =>
    priceOne(usage, charge, seriesOf(charge.metric_code), subscription),
  );
  const features = subscription.entitlements
    .filter(hasLimit)
    .map(({ feature_code }): [string, FeatureUsage] => {
      const own = charges.filter((_, i) => subscription.charges[i]?.metric_code === feature_code);
      return [
        feature_code,
        own.length > 0 ? unitsOf(own) : metricUsage(usage, feature_code, seriesOf(feature_code)),
      ];
    });
  return { charges, features: fromEntries(features) };
}

/** A `quantity` whose value is a positive decimal has a usage; anything else has none. */
export function hasLimit(entitlement: Entitlement): boolean {
  if (entitlement.feature_type !== 'quantity') return false;
  return parseDecimal(entitlement.value)?.gt(ZERO) ?? false;
}

function priceOne(
  usage: UsageState,
  charge: Charge,
  series: readonly SeriesTotals[],
  subscription: Priceable,
): PricedCharge {
  const refused = refusal(usage, charge, subscription);
  if (refused !== null) return { units: null, events: 0, amount: null, reason: refused };
  const { units, events, amount, reason } = priceCharge(charge, series);
  return {
    units: units === null ? null : canonical(units),
    events,
    amount: amount === null ? null : canonical(amount),
    reason,
  };
}

/**
 * Reasons that lie in the ledger, not in the price. A point of any earlier period may have to be
 * carried into a recurring maximum, so it is refused as soon as the metric has ever had one.
 */
function refusal(usage: UsageState, charge: Charge, subscription: Priceable): string | null {
  const metric = get(usage.metrics, charge.metric_code);
  if (metric === undefined) return null;
  if ('capped' in metric) return capReason(charge.metric_code);
  const carries = charge.recurring && charge.aggregation === 'max';
  const hasPoints = metric.series
    .map(parseSeries)
    .some(({ kind, scope }) => kind === 'point' && countsFor(scope, subscription));
  return carries && hasPoints
    ? `metric ${charge.metric_code}: a recurring max of points is not built yet`
    : null;
}

function isCapped(usage: UsageState, metric: string): boolean {
  const state = get(usage.metrics, metric);
  return state !== undefined && 'capped' in state;
}

/** Usage that names a subscription counts for that one only. */
const countsFor = (scope: string | null, { external_id }: Priceable): boolean =>
  scope === null || scope === external_id;

const capReason = (metric: string): string =>
  `ledger_cap: metric ${metric} has more dimension combinations than are kept`;

/** A feature's usage is the units of this subscription's charges on it, whether they could be priced or not. */
function unitsOf(charges: readonly PricedCharge[]): FeatureUsage {
  const failed = charges.find(({ units }) => units === null);
  if (failed !== undefined) return { reason: failed.reason ?? 'its usage cannot be computed' };
  const sum = charges.reduce((total, { units }) => total.plus(decimal(units ?? '0')), ZERO);
  return { units: canonical(sum) };
}

/** No charge measures the feature: the metric's own usage, Σ value of counters. */
function metricUsage(
  usage: UsageState,
  metric: string,
  series: readonly SeriesTotals[],
): FeatureUsage {
  if (isCapped(usage, metric)) return { reason: capReason(metric) };
  const other = series.find(({ kind }) => kind !== 'counter');
  if (other !== undefined)
    return { reason: `metric ${metric}: ${other.kind} usage is not built yet` };
  const sum = series.reduce((total, { totals }) => total.plus(decimal(totals.sum)), ZERO);
  return { units: canonical(sum) };
}
