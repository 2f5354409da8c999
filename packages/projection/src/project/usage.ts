import { fromEntries, get } from '../dict.ts';
import {
  type FeatureUsage,
  type KeptUsage,
  type PricedCharge,
  type PricedGap,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { hasLimit, metricUsage, priceOne, unitsOf, unpriced } from '../pricing/price.ts';
import { type Priceable } from '../pricing/series.ts';
import { type UsageState } from '../state/usage-state.ts';
import { trimmedCharge, trimmedFeature } from './history-trimmed.ts';
import {
  capReason,
  gapInputs,
  knownCharge,
  periodInputs,
  type PricingInput,
  totalsIn,
} from './pricing-input.ts';

/** A subscription's usage for every period that a read may ask for, priced with its newest terms. */
export interface SubscriptionUsage {
  readonly kept: KeptUsage | null;
  readonly periods: readonly PricedPeriod[];
  readonly gaps: readonly PricedGap[];
  readonly without_usage: PricedUsage;
}

export function usageOf(usage: UsageState, subscription: Priceable): SubscriptionUsage {
  const kept = get(usage.kept, subscription.id);
  const gaps = gapInputs(usage, subscription);
  const last = gaps[gaps.length - 1] ?? gaps[0];
  return {
    kept:
      kept === undefined
        ? null
        : {
            from: kept.from,
            until: kept.until,
            without_usage_from: kept.periods.at(-1)?.end ?? kept.from,
          },
    periods: periodInputs(usage, subscription).map((input) => ({
      ...input.period,
      newest: input.newest,
      ...price(usage, input, subscription),
    })),
    gaps: gaps
      .slice(0, -1)
      .map((input) => ({ from: input.from, ...price(usage, input, subscription) })),
    without_usage: price(usage, last, subscription),
  };
}

function price(usage: UsageState, input: PricingInput, subscription: Priceable): PricedUsage {
  const charges = subscription.charges.map((charge, index) => {
    const known = knownCharge(usage, input, charge, index);
    const priced =
      known === null
        ? priceOne(charge, totalsIn(input, charge.metric_code, subscription), input.period)
        : lean(known);
    const trimmed = trimmedCharge(usage, subscription, charge, priced);
    return trimmed === null ? priced : lean(unpriced(trimmed));
  });
  const featureOf = (code: string): FeatureUsage => {
    const own = charges.filter((_, index) => subscription.charges[index]?.metric_code === code);
    if (own.length > 0) return unitsOf(own);
    const capped = capReason(usage, code);
    if (capped !== null) return { reason: capped };
    const known = get(input.priced?.features ?? {}, code);
    const used = known ?? metricUsage(totalsIn(input, code, subscription));
    const trimmed = 'reason' in used ? null : trimmedFeature(usage, subscription, code);
    return trimmed === null ? used : { reason: trimmed };
  };
  const features = subscription.entitlements
    .filter(hasLimit)
    .map(({ feature_code }) => [feature_code, featureOf(feature_code)] as const);
  return { charges, features: fromEntries(features) };
}

const lean = ({ units, events, amount, reason }: ItemisedCharge): PricedCharge => ({
  units,
  events,
  amount,
  reason,
});
