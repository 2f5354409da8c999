import { fromEntries, get } from '../dict.ts';
import {
  type FeatureUsage,
  type PricedCharge,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { hasLimit, metricUsage, priceOne, unitsOf } from '../pricing/price.ts';
import { type Priceable } from '../pricing/series.ts';
import { type UsageState } from '../state/state.ts';
import {
  capReason,
  type Ground,
  groundsOf,
  idleGround,
  settledCharge,
  totalsIn,
} from './ground.ts';

/** The subscription's periods that can hold usage, newest first, priced with its newest terms. */
export const pricedPeriods = (
  usage: UsageState,
  subscription: Priceable,
): readonly PricedPeriod[] =>
  groundsOf(usage, subscription).map((ground) => ({
    ...ground.period,
    ...price(usage, ground, subscription),
  }));

/** What a period without usage costs: flat parts, minimums, and what is carried into it are due all the same. */
export const idleUsage = (usage: UsageState, subscription: Priceable): PricedUsage =>
  price(usage, idleGround(usage, subscription), subscription);

function price(usage: UsageState, ground: Ground, subscription: Priceable): PricedUsage {
  const charges = subscription.charges.map((charge, index) => {
    const settled = settledCharge(usage, ground, charge, index);
    return settled === null
      ? priceOne(charge, totalsIn(ground, charge.metric_code, subscription), ground.period)
      : lean(settled);
  });
  const featureOf = (code: string): FeatureUsage => {
    const own = charges.filter((_, index) => subscription.charges[index]?.metric_code === code);
    if (own.length > 0) return unitsOf(own);
    const capped = capReason(usage, code);
    if (capped !== null) return { reason: capped };
    const walked = get(ground.walked?.features ?? {}, code);
    return walked ?? metricUsage(totalsIn(ground, code, subscription));
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
