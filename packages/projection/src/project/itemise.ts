import { type Micros, type Period } from '@portal/billing';
import { type Dict, fromEntries } from '../dict.ts';
import { itemiseCharge, type ItemisedCharge } from '../pricing/itemise.ts';
import { unpriced } from '../pricing/price.ts';
import { type Priceable } from '../pricing/series.ts';
import { type Issued, type State } from '../state/state.ts';
import { type UsageState } from '../state/usage-state.ts';
import { trimmedCharge } from './history-trimmed.ts';
import {
  gapInputs,
  knownCharge,
  periodInputs,
  type PricingInput,
  totalsIn,
} from './pricing-input.ts';

/** What only details tell, above all how amounts came about: made from the state, never stored. */
export interface Items {
  /** The customer's `portal_locale`, as the event gave it. */
  readonly locale: string | null;
  /** subscription id → one entry for each period it has priced usage of. */
  readonly periods: Dict<readonly ItemisedPeriod[]>;
  /** subscription id → periods without usage, each from an instant on; the last one is always there. */
  readonly gaps: Dict<readonly ItemisedGap[]>;
  /** subscription id → when invoices that name it went out. */
  readonly issued: Dict<Issued>;
}

/** One result per charge, in the order of the terms. */
export type ItemisedPeriod = Period & { readonly charges: readonly ItemisedCharge[] };
export interface ItemisedGap {
  readonly from: Micros;
  readonly charges: readonly ItemisedCharge[];
}

/** Agrees with what `project` makes of the same state: amounts, units and reasons are the same. */
export function itemise(state: State): Items {
  const { usage } = state;
  const snapshots = Object.values(state.subscriptions).flatMap(({ snapshot }) => snapshot ?? []);
  return {
    locale: state.customer?.snapshot?.portal_locale ?? null,
    periods: fromEntries(snapshots.map((each) => [each.id, periodsOf(usage, each)] as const)),
    gaps: fromEntries(snapshots.map((each) => [each.id, itemisedGaps(usage, each)] as const)),
    issued: state.invoices.issued,
  };
}

const periodsOf = (usage: UsageState, subscription: Priceable): readonly ItemisedPeriod[] =>
  periodInputs(usage, subscription).map((input) => ({
    ...input.period,
    charges: itemsOf(usage, input, subscription),
  }));

function itemisedGaps(usage: UsageState, subscription: Priceable): readonly ItemisedGap[] {
  const { gaps, last } = gapInputs(usage, subscription);
  return [...gaps, last].map((input) => ({
    from: input.from,
    charges: itemsOf(usage, input, subscription),
  }));
}

const itemsOf = (
  usage: UsageState,
  input: PricingInput,
  subscription: Priceable,
): readonly ItemisedCharge[] =>
  subscription.charges.map((charge, index) => {
    const priced =
      knownCharge(usage, input, charge, index) ??
      itemiseCharge(charge, totalsIn(input, charge.metric_code, subscription), input.period);
    const trimmed = trimmedCharge(usage, subscription, charge, priced);
    return trimmed === null ? priced : unpriced(trimmed);
  });
