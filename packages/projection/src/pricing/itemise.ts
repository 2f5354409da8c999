import {
  canonical,
  type Charge,
  type ChargePart,
  type Decimal,
  ofInteger,
  type Period,
  priceCharge,
  type PriceStep,
  type UsageSeries,
} from '@portal/billing';

/** How a charge comes to its amount: parts and the true-up add up to it, steps add up to their part. */
export interface ItemisedCharge {
  /** Decimal text, here and below; null: unavailable, `reason` says why. */
  readonly units: string | null;
  readonly events: number;
  /** Exact minor units with decimals. */
  readonly amount: string | null;
  readonly reason: string | null;
  readonly parts: readonly ItemisedPart[];
  /** What lifts the parts to the charge's minimum. */
  readonly true_up: string;
}

/** What one filter takes, or what no filter takes. */
export interface ItemisedPart extends Omit<ItemisedCharge, 'parts' | 'true_up'> {
  /** The filter's name, else its dimensions as text; null: what no filter takes. */
  readonly filter: string | null;
  readonly steps: readonly ItemisedStep[];
}

/** quantity × price = amount, where there is a price. */
export interface ItemisedStep {
  readonly kind: PriceStep['kind'];
  /** Place of the range, for models that have ranges. */
  readonly range: number | null;
  /** Units, packages or events, as the kind says. */
  readonly quantity: string | null;
  /** Minor units for each; for a rate, percent. */
  readonly price: string | null;
  readonly amount: string;
}

export function itemiseCharge(
  charge: Charge,
  series: readonly UsageSeries[],
  period: Period,
): ItemisedCharge {
  const { units, events, amount, reason, parts, true_up } = priceCharge(charge, series, period);
  return {
    units: textOf(units),
    events,
    amount: textOf(amount),
    reason,
    parts: parts.map((part) => itemisePart(charge, part)),
    true_up: canonical(true_up),
  };
}

const itemisePart = (charge: Charge, part: ChargePart): ItemisedPart => ({
  filter: part.filter === null ? null : filterName(charge, part.filter),
  units: textOf(part.units),
  events: part.events,
  amount: textOf(part.amount),
  reason: part.reason,
  steps: part.steps.map(itemiseStep),
});

function filterName(charge: Charge, index: number): string {
  const filter = charge.filters[index];
  if (filter?.display_name != null) return filter.display_name;
  const dimensions = filter?.dimensions ?? {};
  return Object.keys(dimensions)
    .sort()
    .map((name) => `${name}: ${(dimensions[name] ?? []).join(', ')}`)
    .join('; ');
}

function itemiseStep(step: PriceStep): ItemisedStep {
  const line = (quantity: Decimal | null, price: Decimal | null, range: number | null) => ({
    kind: step.kind,
    range,
    quantity: textOf(quantity),
    price: textOf(price),
    amount: canonical(step.amount),
  });
  switch (step.kind) {
    case 'units':
      return line(step.units, step.unit_price, step.range);
    case 'rate':
      return line(step.units, step.rate, step.range);
    case 'flat':
      return line(null, null, step.range);
    case 'packages':
      return line(step.packages, step.package_price, null);
    case 'free':
      return line(step.units, null, null);
    case 'fixed':
      return line(ofInteger(step.events), step.fixed_amount, null);
    case 'priced_events':
    case 'per_transaction_min':
    case 'per_transaction_max':
      return line(ofInteger(step.events), null, null);
    case 'custom':
    case 'min_price':
    case 'max_price':
    case 'not_below_zero':
      return line(null, null, null);
    default:
      return step satisfies never;
  }
}

const textOf = (value: Decimal | null): string | null => (value === null ? null : canonical(value));
