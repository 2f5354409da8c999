import {
  type Charge,
  type Micros,
  type Period,
  type Totals,
  type UsageSeries,
} from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { windowName } from '../state/period.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { unpriced } from '../pricing/price.ts';
import { type Priceable, seriesIn } from '../pricing/series.ts';
import { type EventPricedLines, type UsagePeriod, type UsageState } from '../state/usage-state.ts';

/** What the state knows of a subscription's usage in one period: what its charges are priced from. */
export interface PricingInput {
  readonly period: Period;
  /** The quarter-hour of the newest usage in it; null: it holds none. */
  readonly newest: Micros | null;
  /** metric → series → totals. */
  readonly totals: Dict<Dict<Totals>>;
  /** What looks at single events and is priced already. */
  readonly priced: EventPricedLines | undefined;
}

/** One for each period of the subscription that holds usage, oldest first; then the one that a start ahead will cut. */
export function periodInputs(usage: UsageState, { id }: Priceable): readonly PricingInput[] {
  const [kept, priced] = [get(usage.kept, id), get(usage.event_priced, id)];
  if (kept === undefined) return [];
  const inputOf = (period: UsagePeriod, own: EventPricedLines | undefined): PricingInput => ({
    period: { start: period.start, end: period.end },
    newest: get(usage.windows, windowName(period))?.newest ?? null,
    totals: get(usage.windows, windowName(period))?.totals ?? {},
    priced: own,
  });
  const { periods, uncut } = kept;
  return [
    ...periods.map((period, index) => inputOf(period, priced?.periods[index])),
    ...(uncut === null ? [] : [inputOf(uncut, priced?.uncut ?? undefined)]),
  ];
}

export type GapInput = PricingInput & { readonly from: Micros };

/** Periods without usage, as far as they differ: each from an instant on; the last one is always there. */
export function gapInputs(
  usage: UsageState,
  { id }: Priceable,
): { readonly gaps: readonly GapInput[]; readonly last: GapInput } {
  const priced = get(usage.event_priced, id)?.gaps ?? [];
  const gaps = priced.map((lines) => gapInput(lines.from, lines));
  const last = gaps.at(-1) ?? gapInput(0 as Micros, undefined);
  return { gaps: gaps.slice(0, -1), last };
}

/** Nothing depends on how long a period without usage is. */
const gapInput = (from: Micros, priced: EventPricedLines | undefined): GapInput => ({
  from,
  period: { start: 0 as Micros, end: 1 as Micros },
  newest: null,
  totals: {},
  priced,
});

/** The result of a charge that is known without its totals; null: it is priced from them. */
export function knownCharge(
  usage: UsageState,
  { priced }: PricingInput,
  charge: Charge,
  index: number,
): ItemisedCharge | null {
  const known = get(priced?.charges ?? {}, String(index));
  if (known !== undefined) return known;
  const capped = capReason(usage, charge.metric_code);
  return capped === null ? null : unpriced(capped);
}

/** The totals of a metric; whatever needs its single events is priced already. */
export const totalsIn = (
  { totals }: PricingInput,
  metric: string,
  subscription: Priceable,
): readonly UsageSeries[] =>
  seriesIn(totals, metric, subscription).map(({ kind, scope, dimensions, totals: own }) => ({
    kind,
    scope,
    dimensions,
    totals: own,
    events: [],
    carried: null,
  }));

export function capReason(usage: UsageState, metric: string): string | null {
  return get(usage.metrics, metric)?.kind === 'capped'
    ? `ledger_cap: metric ${metric} has more dimension combinations than are kept`
    : null;
}
