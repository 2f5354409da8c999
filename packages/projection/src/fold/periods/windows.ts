import {
  dayOf,
  type Micros,
  MICROS_PER_DAY,
  mergeTotals,
  quarterOf,
  sumDay,
  type Totals,
} from '@portal/billing';
import { type Dict, fromEntries, get } from '../../dict.ts';
import { daysBetween, hasDay } from '../../state/day-ranges.ts';
import { type UsagePeriod, type UsageWindow } from '../../state/usage-state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { type Draft } from '../draft.ts';
import { fieldName } from '../fields.ts';
import { isIn, windowName } from '../../state/period.ts';

/** Running totals by period, each brought up to date once. */
export interface Windows {
  of(period: UsagePeriod): UsageWindow;
  /** Those of these periods, as the state keeps them. */
  kept(periods: readonly UsagePeriod[]): Dict<UsageWindow>;
}

/**
 *     a window that was there before ──► add what came
 *     a window that is new           ──► sum its cells (the ledger, not the log)
 *
 * `recount` sums all of them anew.
 */
export function createWindows(draft: Draft): Windows {
  const before = draft.base.usage;
  const made = new Map<string, UsageWindow>();
  const windowIn = (period: UsagePeriod, name: string): UsageWindow => {
    const ready = made.get(name);
    if (ready !== undefined) return ready;
    const known = draft.recount ? undefined : get(before.windows, name);
    const window =
      known === undefined ? sumCells(draft, period) : withChanges(known, period, draft);
    made.set(name, window);
    return window;
  };
  return {
    of: (period) => windowIn(period, windowName(period)),
    kept: (periods) => {
      const kept = new Map<string, UsageWindow>();
      for (const period of periods) {
        const name = windowName(period);
        if (!kept.has(name)) kept.set(name, windowIn(period, name));
      }
      draft.owned.settle();
      return fromEntries([...kept]);
    },
  };
}

/** Copied once, however much came. */
function withChanges(window: UsageWindow, period: UsagePeriod, draft: Draft): UsageWindow {
  const { changes, owned } = draft;
  let { newest, totals } = window;
  for (const change of changes) {
    if (change.totals === null || !isIn(period, change.at)) continue;
    const { metric, series } = change;
    const ofMetric = get(totals, metric) ?? {};
    const known = get(ofMetric, series);
    const sum = known === undefined ? change.totals : mergeTotals(known, change.totals);
    newest = later(newest, change.at);
    totals = owned.put(totals, metric, owned.put(ofMetric, series, sum));
  }
  return totals === window.totals ? window : { newest, totals };
}

/** Cells of a busy day know no more than the quarter-hour. */
function later(newest: Micros | null, at: Micros): Micros {
  const quarter = quarterOf(at);
  return newest === null || quarter > newest ? quarter : newest;
}

function sumCells(draft: Draft, period: UsagePeriod): UsageWindow {
  let newest: Micros | null = null;
  const totals: (readonly [metric: string, series: Dict<Totals>])[] = [];
  for (const [metric, state] of Object.entries(draft.state.usage.metrics)) {
    if (state.kind === 'capped') continue;
    const days = daysBetween(
      state.days,
      dayOf(period.from),
      Math.ceil(period.end / MICROS_PER_DAY),
    );
    if (days.length === 0) continue;
    const sums = new Map<string, Totals>();
    const last = sumDays(draft, metric, days, period, sums);
    if (last !== null) newest = later(newest, last);
    if (sums.size > 0) totals.push([metric, fromEntries([...sums])]);
  }
  return { newest, totals: fromEntries(totals) };
}

/** Adds what the metric has on these days of the period to `into`, by series. Returns the last instant of it. */
function sumDays(
  { base, fields }: Draft,
  metric: string,
  days: readonly number[],
  { from, end }: UsagePeriod,
  into: Map<string, Totals>,
): Micros | null {
  const before = get(base.usage.metrics, metric);
  const stored = before?.kind === 'kept' ? before.days : [];
  let newest: Micros | null = null;
  for (const day of days) {
    const name = fieldName.cells(day, metric);
    // A day that held no cells before can only hold what this fold brought.
    const cells = hasDay(stored, day)
      ? fields.openKnown(name, cellsCodec)
      : fields.openFresh(name, cellsCodec);
    const last = cells === null ? null : sumDay(cells, day, { from, to: end }, into);
    if (last !== null && (newest === null || last > newest)) newest = last;
  }
  return newest;
}
