import { type Micros, type Period } from '@portal/billing';
import { type Dict, fromEntries, get } from '../dict.ts';
import { windowName } from '../fold/windows.ts';
import { itemiseCharge, type ItemisedCharge } from '../pricing/itemise.ts';
import { unpriced } from '../pricing/price.ts';
import { type Priceable, seriesIn } from '../pricing/series.ts';
import { type Issued, type State, type UsageState } from '../state/state.ts';
import { capReason, NO_PERIOD } from './usage.ts';

/** How the amounts of a document came about, for those who ask: made from the head, never stored. */
export interface Items {
  /** subscription id → one entry for each period it has priced usage of. */
  readonly periods: Dict<readonly ItemisedPeriod[]>;
  /** subscription id → a period without usage of its own. */
  readonly idle: Dict<readonly ItemisedCharge[]>;
  /** subscription id → when invoices that name it went out. */
  readonly issued: Dict<Issued>;
}

/** One result per charge, in the order of the terms. */
export type ItemisedPeriod = Period & { readonly charges: readonly ItemisedCharge[] };

/** Agrees with what `project` makes of the same state: amounts, units and reasons are the same. */
export function itemise(state: State): Items {
  const { usage } = state;
  const snapshots = Object.values(state.subscriptions).flatMap(({ snapshot }) => snapshot ?? []);
  return {
    periods: fromEntries(snapshots.map((each) => [each.id, periodsOf(usage, each)] as const)),
    idle: fromEntries(
      snapshots.map((each) => [each.id, itemsOf(usage, each, null, NO_PERIOD)] as const),
    ),
    issued: state.invoices.issued,
  };
}

function periodsOf(usage: UsageState, subscription: Priceable): readonly ItemisedPeriod[] {
  return (get(usage.periods, subscription.id) ?? []).map(({ start, end, from }, index) => ({
    start,
    end,
    charges: itemsOf(usage, subscription, { index, from }, { start, end }),
  }));
}

function itemsOf(
  usage: UsageState,
  subscription: Priceable,
  own: { readonly index: number; readonly from: Micros } | null,
  period: Period,
): readonly ItemisedCharge[] {
  const all = get(usage.walked, subscription.id) ?? [];
  const walked = own === null ? all.at(-1) : all[own.index];
  const window = own === null ? {} : (get(usage.windows, windowName({ ...period, ...own })) ?? {});
  return subscription.charges.map((charge, index) => {
    const known = get(walked?.charges ?? {}, String(index));
    if (known !== undefined) return known;
    const capped = capReason(usage, charge.metric_code);
    if (capped !== null) return unpriced(capped);
    const series = seriesIn(window, charge.metric_code, subscription);
    return itemiseCharge(
      charge,
      series.map((one) => ({ ...one, raw: [], carried: null })),
      period,
    );
  });
}
