import {
  type Charge,
  type Micros,
  type Period,
  type Totals,
  type UsageSeries,
} from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { windowName } from '../fold/windows.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { unpriced } from '../pricing/price.ts';
import { type Priceable, seriesIn } from '../pricing/series.ts';
import { type UsageState, type WalkedPeriod } from '../state/state.ts';

/** What the head knows of a subscription's usage in one period: what its charges are priced from. */
export interface Ground {
  readonly period: Period;
  readonly window: Dict<Dict<Totals>>;
  /** What looked at single events and is priced already. */
  readonly walked: WalkedPeriod | undefined;
}

/** One for each period of the subscription that can hold usage, newest first. */
export function groundsOf(usage: UsageState, { id }: Priceable): readonly Ground[] {
  const walked = get(usage.walked, id) ?? [];
  return (get(usage.periods, id) ?? []).map((period, index) => ({
    period: { start: period.start, end: period.end },
    window: get(usage.windows, windowName(period)) ?? {},
    walked: walked[index],
  }));
}

/** A later period, which has no usage of its own: nothing then depends on how long it is. */
export const idleGround = (usage: UsageState, { id }: Priceable): Ground => ({
  period: { start: 0 as Micros, end: 1 as Micros },
  window: {},
  walked: get(usage.walked, id)?.at(-1),
});

/** The result of a charge that is known without its totals; null: it is priced from them. */
export function settledCharge(
  usage: UsageState,
  { walked }: Ground,
  charge: Charge,
  index: number,
): ItemisedCharge | null {
  const known = get(walked?.charges ?? {}, String(index));
  if (known !== undefined) return known;
  const capped = capReason(usage, charge.metric_code);
  return capped === null ? null : unpriced(capped);
}

/** The totals of a metric; whatever needs its single events was walked. */
export const totalsIn = (
  { window }: Ground,
  metric: string,
  subscription: Priceable,
): readonly UsageSeries[] =>
  seriesIn(window, metric, subscription).map((one) => ({ ...one, raw: [], carried: null }));

export function capReason(usage: UsageState, metric: string): string | null {
  const state = get(usage.metrics, metric);
  return state !== undefined && 'capped' in state
    ? `ledger_cap: metric ${metric} has more dimension combinations than are kept`
    : null;
}
