import { type Charge, type Micros, type Period, type Totals } from '@portal/billing';
import { type Dict, fromEntries, get } from '../dict.ts';
import {
  type FeatureUsage,
  type PricedCharge,
  type PricedPeriod,
  type PricedUsage,
} from '../document.ts';
import { windowName } from '../fold/windows.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { hasLimit, metricUsage, priceOne, unitsOf, unpriced } from '../pricing/price.ts';
import { type Priceable, seriesIn } from '../pricing/series.ts';
import { type UsageState, type WalkedPeriod } from '../state/state.ts';

/** The subscription's periods that can hold usage, newest first, priced with its newest terms. */
export function pricedPeriods(usage: UsageState, subscription: Priceable): readonly PricedPeriod[] {
  const walked = get(usage.walked, subscription.id) ?? [];
  return (get(usage.periods, subscription.id) ?? []).map((period, index) => {
    const window = get(usage.windows, windowName(period)) ?? {};
    const { start, end } = period;
    return { start, end, ...price(usage, window, walked[index], subscription, period) };
  });
}

/** What a period without usage costs: flat parts, minimums, and what is carried into it are due all the same. */
export function idleUsage(usage: UsageState, subscription: Priceable): PricedUsage {
  const walked = get(usage.walked, subscription.id)?.at(-1);
  return price(usage, {}, walked, subscription, NO_PERIOD);
}

/** Without usage of its own, nothing depends on how long a period is. */
export const NO_PERIOD: Period = { start: 0 as Micros, end: 1 as Micros };

function price(
  usage: UsageState,
  window: Dict<Dict<Totals>>,
  walked: WalkedPeriod | undefined,
  subscription: Priceable,
  period: Period,
): PricedUsage {
  const seriesOf = (metric: string) =>
    seriesIn(window, metric, subscription).map((one) => ({ ...one, raw: [], carried: null }));
  const priceAt = (charge: Charge, index: number) => {
    const known = get(walked?.charges ?? {}, String(index));
    if (known !== undefined) return lean(known);
    const capped = capReason(usage, charge.metric_code);
    return capped !== null
      ? lean(unpriced(capped))
      : priceOne(charge, seriesOf(charge.metric_code), period);
  };
  const charges = subscription.charges.map(priceAt);
  const featureOf = (code: string): FeatureUsage => {
    const own = charges.filter((_, index) => subscription.charges[index]?.metric_code === code);
    if (own.length > 0) return unitsOf(own);
    const capped = capReason(usage, code);
    if (capped !== null) return { reason: capped };
    return get(walked?.features ?? {}, code) ?? metricUsage(seriesOf(code));
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

export function capReason(usage: UsageState, metric: string): string | null {
  const state = get(usage.metrics, metric);
  return state !== undefined && 'capped' in state
    ? `ledger_cap: metric ${metric} has more dimension combinations than are kept`
    : null;
}
