import { type Period } from '../calendar/periods.ts';
import { type Decimal, maxOf, ofInteger, ZERO } from '../decimal.ts';
import { type Charge } from '../terms.ts';
import { aggregatesEvents } from './kinds.ts';
import { amountOf, pricesEvents, readPrice } from './price.ts';
import { type Share, sharesOf } from './split.ts';
import { type PriceStep } from './steps.ts';
import { unitsOf } from './units.ts';
import { type UsageSeries } from './usage.ts';

/** What a charge comes to. Amounts are exact minor units: the fraction is dropped by whoever sums lines. */
export interface ChargeResult {
  /** Sum over the parts; null when an aggregation is unavailable. Usage left free is not in it. */
  readonly units: Decimal | null;
  readonly events: number;
  /** Sum over the parts and the true-up; null when any part is unavailable. */
  readonly amount: Decimal | null;
  /** Why units or amount is null: the first part's reason. */
  readonly reason: string | null;
  readonly parts: readonly ChargePart[];
  /** What lifts the sum of the parts to min_amount_cents. */
  readonly true_up: Decimal;
}

/** One filter's usage, or what no filter takes, aggregated, rounded and priced on its own. */
export interface ChargePart {
  /** Place of the filter in the charge's list; null is what no filter takes. */
  readonly filter: number | null;
  readonly units: Decimal | null;
  readonly events: number;
  readonly amount: Decimal | null;
  readonly reason: string | null;
  readonly steps: readonly PriceStep[];
}

/**
 * Prices one charge for one period: the whole one, wherever in it the subscription begins or ends.
 * `usage` holds what its metric had in the period that counts for the subscription; before the
 * subscription's start the caller prices nothing at all.
 */
export function priceCharge(
  charge: Charge,
  usage: Iterable<UsageSeries>,
  period: Period,
): ChargeResult {
  const parts = sharesOf(charge, usage).map((share) => pricePart(charge, share, period));
  const sum = sumOf(parts.map((part) => part.amount));
  const trueUp = sum === null ? ZERO : missingTo(charge.min_amount_cents, sum);
  return {
    units: sumOf(parts.map((part) => part.units)),
    events: parts.reduce((events, part) => events + part.events, 0),
    amount: sum === null ? null : sum.plus(trueUp),
    reason: parts.find((part) => part.reason !== null)?.reason ?? null,
    parts,
    true_up: trueUp,
  };
}

/**
 * Whether pricing this charge looks at single events (`events`) or at what is carried into the period (`carried`).
 * For all others a caller may leave both empty.
 */
export const needsSingleEvents = (charge: Charge): boolean =>
  aggregatesEvents(charge) ||
  sharesOf(charge, []).some(({ properties }) => {
    const read = readPrice(charge.charge_model, properties);
    return read.kind === 'price' && pricesEvents(read.price);
  });

function pricePart(charge: Charge, share: Share, period: Period): ChargePart {
  const { filter, usage, properties } = share;
  const events = usage.totals?.count ?? 0;
  const without = (units: Decimal | null, reason: string): ChargePart => ({
    filter,
    units,
    events,
    amount: null,
    reason,
    steps: [],
  });
  const read = unitsOf(charge, usage, period);
  if (read.kind === 'unavailable') return without(null, read.reason);
  const { units } = read;
  const price = readPrice(charge.charge_model, properties);
  if (price.kind === 'unavailable') return without(units, price.reason);
  const { aggregation, recurring } = charge;
  const priced = amountOf(price.price, { aggregation, recurring, units, usage });
  if (priced.kind === 'unavailable') return without(units, priced.reason);
  return { filter, units, events, amount: priced.amount, reason: null, steps: priced.steps };
}

const missingTo = (minimum: number | null, amount: Decimal): Decimal =>
  minimum === null ? ZERO : maxOf(ZERO, ofInteger(minimum).minus(amount));

/** null when any of them is. */
const sumOf = (values: readonly (Decimal | null)[]): Decimal | null =>
  values.reduce<Decimal | null>(
    (sum, value) => (sum === null || value === null ? null : sum.plus(value)),
    ZERO,
  );
