import { type Charge } from '@portal/billing';
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
import { limitedCodes, metricUsage, priceOne, unitsOf, unpriced } from '../pricing/price.ts';
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

/** What was made of an earlier state, for the same terms. */
export interface EarlierUsage {
  readonly usage: UsageState;
  readonly made: SubscriptionUsage;
}

/** `earlier` spares work and changes nothing: what would be priced from the very same values is taken from it. */
export function usageOf(
  usage: UsageState,
  subscription: Priceable,
  earlier: EarlierUsage | null,
): SubscriptionUsage {
  const kept = get(usage.kept, subscription.id);
  const { gaps, last } = gapInputs(usage, subscription);
  const known = earlier === null ? null : pricesOf(earlier, subscription);
  const priceOf = (input: PricingInput, before: Prices | undefined): PricedUsage =>
    price({ usage, subscription, input, before });
  return {
    kept:
      kept === undefined
        ? null
        : {
            from: kept.from,
            until: kept.until,
            without_usage_from: kept.periods.at(-1)?.end ?? kept.from,
          },
    periods: periodInputs(usage, subscription).map((input) => {
      const { period, newest } = input;
      const before = known?.periods.find((each) => isSamePeriod(each.input.period, period));
      const { charges, features } = priceOf(input, before);
      return { start: period.start, end: period.end, newest, charges, features };
    }),
    gaps: gaps.map((input) => {
      const before = known?.gaps.find((each) => each.input.from === input.from);
      const { charges, features } = priceOf(input, before);
      return { from: input.from, charges, features };
    }),
    without_usage: priceOf(last, known?.last),
  };
}

/** Prices, and what they were made from. */
interface Prices<Input extends PricingInput = PricingInput> {
  readonly usage: UsageState;
  readonly input: Input;
  readonly made: PricedUsage;
}

function pricesOf({ usage, made }: EarlierUsage, subscription: Priceable) {
  const { gaps, last } = gapInputs(usage, subscription);
  const pair = <I extends PricingInput>(inputs: readonly I[], all: readonly PricedUsage[]) =>
    inputs.flatMap((input, index): Prices<I>[] => {
      const own = all[index];
      return own === undefined ? [] : [{ usage, input, made: own }];
    });
  return {
    periods: pair(periodInputs(usage, subscription), made.periods),
    gaps: pair(gaps, made.gaps),
    last: { usage, input: last, made: made.without_usage },
  };
}

const isSamePeriod = (a: PricingInput['period'], b: PricingInput['period']): boolean =>
  a.start === b.start && a.end === b.end;

interface Pricing {
  readonly usage: UsageState;
  readonly subscription: Priceable;
  readonly input: PricingInput;
  readonly before: Prices | undefined;
}

function price(pricing: Pricing): PricedUsage {
  const { subscription, input, before } = pricing;
  const charges = subscription.charges.map((charge, index) => {
    const known =
      before !== undefined &&
      isAlike(pricing, before, charge.metric_code) &&
      get(input.priced?.charges ?? {}, String(index)) ===
        get(before.input.priced?.charges ?? {}, String(index))
        ? before.made.charges[index]
        : undefined;
    return known ?? priceCharge(pricing, charge, index);
  });
  const features = limitedCodes(subscription.entitlements).map((code) => {
    const own = charges.filter((_, index) => subscription.charges[index]?.metric_code === code);
    const known =
      before !== undefined &&
      isAlike(pricing, before, code) &&
      own.every((charge) => before.made.charges.includes(charge)) &&
      get(input.priced?.features ?? {}, code) === get(before.input.priced?.features ?? {}, code)
        ? get(before.made.features, code)
        : undefined;
    return [code, known ?? featureUsage(pricing, own, code)] as const;
  });
  return { charges, features: fromEntries(features) };
}

/** Nothing a metric's lines are priced from has changed, save what is priced already. */
function isAlike({ usage, input }: Pricing, before: Prices, metric: string): boolean {
  return (
    usage.trimmed_at === null &&
    before.usage.trimmed_at === null &&
    get(input.totals, metric) === get(before.input.totals, metric) &&
    capReason(usage, metric) === capReason(before.usage, metric)
  );
}

function priceCharge(
  { usage, subscription, input }: Pricing,
  charge: Charge,
  index: number,
): PricedCharge {
  const known = knownCharge(usage, input, charge, index);
  const priced =
    known === null
      ? priceOne(charge, totalsIn(input, charge.metric_code, subscription), input.period)
      : lean(known);
  const trimmed = trimmedCharge(usage, subscription, charge, priced);
  return trimmed === null ? priced : lean(unpriced(trimmed));
}

/** What a feature's own charges measured, else what its metric says. */
function featureUsage(
  { usage, subscription, input }: Pricing,
  own: readonly PricedCharge[],
  code: string,
): FeatureUsage {
  if (own.length > 0) return unitsOf(own);
  const capped = capReason(usage, code);
  if (capped !== null) return { reason: capped };
  const known = get(input.priced?.features ?? {}, code);
  const used = known ?? metricUsage(totalsIn(input, code, subscription));
  const trimmed = 'reason' in used ? null : trimmedFeature(usage, subscription, code);
  return trimmed === null ? used : { reason: trimmed };
}

const lean = ({ units, events, amount, reason }: ItemisedCharge): PricedCharge => ({
  units,
  events,
  amount,
  reason,
});
