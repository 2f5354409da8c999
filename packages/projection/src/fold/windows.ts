import {
  dayOf,
  localDate,
  type Micros,
  MICROS_PER_DAY,
  mergeTotals,
  periodAt,
  periodsAround,
  startOfLocalDay,
  sumDay,
  type Totals,
} from '@portal/billing';
import { type Dict, fromEntries, get, put } from '../dict.ts';
import { type SubscriptionSnapshot } from '../events.ts';
import { type Settings } from '../settings.ts';
import { daysBetween } from '../state/day-ranges.ts';
import { type State, type UsagePeriod, type UsageState } from '../state/state.ts';
import { cycleOf, isListed, startOf } from '../state/subscription.ts';
import { fieldName, type Fields } from './fields.ts';
import { cellsSince } from './metrics.ts';
import { type Addition, cellsCodec } from './usage.ts';

/**
 * Brings the running totals of the priced periods up to date after a batch.
 *
 *     terms or zone changed, the mark left a period, or the horizon passed one ──► periods anew
 *     a window that was there before ──► add what came
 *     a window that is new           ──► sum its cells (the ledger, not the log)
 */
export function settleWindows(
  before: State,
  after: State,
  fields: Fields,
  additions: readonly Addition[],
  resum: boolean,
  settings: Settings,
): UsageState {
  const { usage } = after;
  const periods = periodsAnew(before, after, settings) ? periodsOf(after, settings) : usage.periods;
  const names = new Set(Object.values(periods).flat().map(windowName));
  const windows = [...names].map((name) => {
    const known = resum ? undefined : get(usage.windows, name);
    const totals =
      known === undefined
        ? sumWindow(before.usage.mark, usage, fields, parseWindow(name))
        : addTo(known, parseWindow(name), additions);
    return [name, totals] as const;
  });
  return { ...usage, periods, windows: fromEntries(windows) };
}

export const windowName = (period: UsagePeriod): string => `${period.from}:${period.end}`;

interface Window {
  readonly from: Micros;
  readonly to: Micros;
}

function parseWindow(name: string): Window {
  const [from, to] = name.split(':').map(Number);
  return { from: from as Micros, to: to as Micros };
}

function periodsAnew(before: State, after: State, settings: Settings): boolean {
  const { mark } = after.usage;
  if (before.subscriptions !== after.subscriptions || before.customer !== after.customer)
    return true;
  const markBefore = before.usage.mark;
  if (mark === markBefore || mark === null) return false;
  if (markBefore === null) return true;
  const cellsFrom = cellsSince(mark, settings);
  const priced = Object.values(after.usage.periods).flat();
  if (priced.some((period) => dayOf(period.from) < cellsFrom)) return true;
  return Object.values(after.subscriptions).some(({ snapshot }) => {
    if (snapshot === null || !isListed(snapshot)) return false;
    const newest = get(after.usage.periods, snapshot.id)?.[0];
    // Where the biller says that a period turns, whether or not one listed here ends there.
    const named = [snapshot.current_period_start, snapshot.current_period_end];
    if (named.some((turn) => turn !== null && markBefore < turn && turn <= mark)) return true;
    if (newest !== undefined) return mark >= newest.end;
    // It begins after all usage so far: until the mark is in the period in which it begins.
    const cycle = cycleOf(snapshot, zoneOf(after, snapshot, settings));
    return beganOf(after, snapshot, settings) < periodAt(cycle, mark).end;
  });
}

/**
 * For each subscription that can be shown: the period that holds the mark and the one before. A period
 * that began before the kept cells is left out, though running totals may know it: whether they do
 * depends on what came first, the usage or the subscription.
 */
function periodsOf(state: State, settings: Settings): Dict<readonly UsagePeriod[]> {
  const { mark } = state.usage;
  if (mark === null) return {};
  const entries = Object.values(state.subscriptions).flatMap(({ snapshot }) => {
    if (snapshot === null || !isListed(snapshot)) return [];
    const periods = usagePeriods(snapshot, zoneOf(state, snapshot, settings), mark).filter(
      (period) => dayOf(period.from) >= cellsSince(mark, settings),
    );
    if (periods.length === 0) return [];
    // The same array as before tells that nothing about them changed.
    const known = get(state.usage.periods, snapshot.id);
    return [[snapshot.id, isSame(known, periods) ? known : periods] as const];
  });
  return fromEntries(entries);
}

const isSame = (
  known: readonly UsagePeriod[] | undefined,
  periods: readonly UsagePeriod[],
): known is readonly UsagePeriod[] => JSON.stringify(known) === JSON.stringify(periods);

/** Usage before the local day on which a subscription begins does not count for it. */
export const beganOf = (
  state: State,
  subscription: SubscriptionSnapshot,
  settings: Settings,
): Micros => beganIn(subscription, zoneOf(state, subscription, settings));

const beganIn = (subscription: SubscriptionSnapshot, zone: string): Micros =>
  startOfLocalDay(localDate(startOf(subscription), zone), zone);

const zoneOf = (state: State, subscription: SubscriptionSnapshot, settings: Settings): string =>
  subscription.timezone ?? state.customer?.snapshot?.timezone ?? settings.defaultTimezone;

function usagePeriods(
  subscription: SubscriptionSnapshot,
  zone: string,
  mark: Micros,
): readonly UsagePeriod[] {
  const cycle = cycleOf(subscription, zone);
  const start = beganIn(subscription, zone);
  return periodsAround(cycle, mark)
    .map((period) => ({ ...period, from: start > period.start ? start : period.start }))
    .filter((period) => period.from < period.end);
}

function addTo(
  window: Dict<Dict<Totals>>,
  { from, to }: Window,
  additions: readonly Addition[],
): Dict<Dict<Totals>> {
  let totals = window;
  for (const addition of additions) {
    if (addition.at < from || addition.at >= to) continue;
    const series = get(totals, addition.metric) ?? {};
    const had = get(series, addition.series);
    const sum = had === undefined ? addition.totals : mergeTotals(had, addition.totals);
    totals = put(totals, addition.metric, put(series, addition.series, sum));
  }
  return totals;
}

/** Sums the cells of a window. Days after the mark before this batch can only hold what the batch itself brought. */
function sumWindow(
  markBefore: Micros | null,
  usage: UsageState,
  fields: Fields,
  window: Window,
): Dict<Dict<Totals>> {
  const stored = markBefore === null ? -Infinity : dayOf(markBefore);
  const afterLast = Math.ceil(window.to / MICROS_PER_DAY);
  const sums = Object.entries(usage.metrics).map(([metric, state]) => {
    const series = new Map<string, Totals>();
    if ('capped' in state) return [metric, series] as const;
    for (const day of daysBetween(state.days, dayOf(window.from), afterLast)) {
      const name = fieldName.cells(day, metric);
      const cells =
        day > stored ? fields.openFresh(name, cellsCodec) : fields.open(name, cellsCodec);
      if (cells !== null) sumDay(cells, day, window, series);
    }
    return [metric, series] as const;
  });
  return fromEntries(
    sums
      .filter(([, series]) => series.size > 0)
      .map(([metric, series]) => [metric, fromEntries([...series])]),
  );
}
