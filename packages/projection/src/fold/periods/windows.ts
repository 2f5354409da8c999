import {
  dayOf,
  type Micros,
  MICROS_PER_DAY,
  mergeTotals,
  quarterOf,
  sumDay,
  type Totals,
} from '@portal/billing';
import { type Dict, fromEntries, get, put } from '../../dict.ts';
import { daysBetween, hasDay } from '../../state/day-ranges.ts';
import { type UsagePeriod, type UsageState, type UsageWindow } from '../../state/usage-state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { fieldName, type Fields } from '../fields.ts';
import { isIn, windowName } from '../../state/period.ts';
import { type UsageChange } from '../usage/usage.ts';

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
export function createWindows(
  before: UsageState,
  after: UsageState,
  fields: Fields,
  changes: readonly UsageChange[],
  recount: boolean,
): Windows {
  const made = new Map<string, UsageWindow>();
  const of = (period: UsagePeriod): UsageWindow => {
    const name = windowName(period);
    const ready = made.get(name);
    if (ready !== undefined) return ready;
    const known = recount ? undefined : get(before.windows, name);
    const window =
      known === undefined
        ? sumCells(before, after, fields, period)
        : changes.reduce((window, change) => withChange(window, period, change), known);
    made.set(name, window);
    return window;
  };
  return {
    of,
    kept: (periods) =>
      fromEntries(
        [...new Map(periods.map((period) => [windowName(period), period]))].map(
          ([name, period]) => [name, of(period)] as const,
        ),
      ),
  };
}

function withChange(window: UsageWindow, period: UsagePeriod, change: UsageChange): UsageWindow {
  const { at, metric, series, totals } = change;
  if (totals === null || !isIn(period, at)) return window;
  const all = get(window.totals, metric) ?? {};
  const had = get(all, series);
  const sum = had === undefined ? totals : mergeTotals(had, totals);
  return {
    newest: later(window.newest, at),
    totals: put(window.totals, metric, put(all, series, sum)),
  };
}

/** Cells of a busy day know no more than the quarter-hour. */
function later(newest: Micros | null, at: Micros): Micros {
  const quarter = quarterOf(at);
  return newest === null || quarter > newest ? quarter : newest;
}

function sumCells(
  before: UsageState,
  after: UsageState,
  fields: Fields,
  period: UsagePeriod,
): UsageWindow {
  const afterLast = Math.ceil(period.end / MICROS_PER_DAY);
  const window = { from: period.from, to: period.end };
  let newest: Micros | null = null;
  const sums = Object.entries(after.metrics).map(([metric, state]) => {
    const series = new Map<string, Totals>();
    if (state.kind === 'capped') return [metric, series] as const;
    const stored = storedDays(before, metric);
    for (const day of daysBetween(state.days, dayOf(period.from), afterLast)) {
      const name = fieldName.cells(day, metric);
      // A day that held no cells before can only hold what this fold brought.
      const cells = stored(day)
        ? fields.openKnown(name, cellsCodec)
        : fields.openFresh(name, cellsCodec);
      if (cells === null) continue;
      const last = sumDay(cells, day, window, series);
      if (last !== null) newest = later(newest, last);
    }
    return [metric, series] as const;
  });
  const totals = sums
    .filter(([, series]) => series.size > 0)
    .map(([metric, series]) => [metric, fromEntries([...series])] as const);
  return { newest, totals: fromEntries(totals) };
}

function storedDays({ metrics }: UsageState, metric: string): (day: number) => boolean {
  const state = get(metrics, metric);
  if (state?.kind !== 'kept') return () => false;
  return (day) => hasDay(state.days, day);
}
