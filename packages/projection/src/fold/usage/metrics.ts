import { dayOf, parseSeries } from '@portal/billing';
import { type Dict, get } from '../../dict.ts';
import { daysBetween, mergeDays, withDay } from '../../state/day-ranges.ts';
import { type MetricState, type SeriesDays } from '../../state/usage-state.ts';
import { changeUsage, type Draft } from '../draft.ts';
import { fieldName } from '../fields.ts';
import { isSingle } from '../kinds/single-events.ts';
import { isStanding } from '../kinds/kinds.ts';
import { newestDay, NO_METRIC, NO_SINGLE_EVENTS, stands } from '../../state/metric.ts';
import { type Fact } from '../fact.ts';

/**
 * Dimension combinations of one metric, for each subscription that its usage names. Above, the metric
 * cannot be answered for the customer: its lines are unavailable.
 */
export const SERIES_MAX = 200;
/** The same, over all subscriptions together. */
export const ALL_SERIES_MAX = 2_000;
/** Metrics one customer may use at a time; usage of a further one is parked. */
export const METRICS_MAX = 200;

/**
 * Puts this usage's series and day into its metric, and gives it. Limits count what usage since the first day that
 * is kept has shown, purged or not: how events were batched must not matter. Throws RangeError when the
 * metric is one too many. A series that is one too many makes void what running totals know of the metric.
 */
export function growMetric(draft: Draft, fact: Fact, firstKeptDay: number): MetricState {
  const { fields, owned } = draft;
  const usage = changeUsage(draft);
  const before = aliveMetric(usage.metrics, fact.metric, firstKeptDay);
  const metric = grow(before, draft, fact, firstKeptDay);
  if (metric === get(usage.metrics, fact.metric)) return metric;
  if (metric.kind === 'capped' && before.kind !== 'capped') {
    draft.recount = true;
    for (const old of daysBetween(before.days, -Infinity, Infinity)) {
      fields.remove(fieldName.cells(old, fact.metric));
    }
    if (before.single !== null && before.single.change_rows !== 0)
      fields.remove(fieldName.changes(fact.metric));
    if (before.single !== null && before.single.member_rows !== 0)
      fields.remove(fieldName.members(fact.metric));
  }
  usage.metrics = owned.put(usage.metrics, fact.metric, metric);
  return metric;
}

function aliveMetric(metrics: Dict<MetricState>, code: string, firstKeptDay: number): MetricState {
  const known = get(metrics, code);
  if (
    known !== undefined &&
    (newestDay(known) >= firstKeptDay || (known.kind === 'capped' && known.stands))
  )
    return known;
  const alive = Object.values(metrics).filter(
    (metric) => newestDay(metric) >= firstKeptDay || stands(metric),
  );
  if (alive.length >= METRICS_MAX) {
    throw new RangeError(`more than ${METRICS_MAX} metrics: ${code} is one too many`);
  }
  if (known?.kind === 'kept') return known;
  return { ...NO_METRIC, pending: known?.pending ?? [] };
}

function grow(before: MetricState, draft: Draft, fact: Fact, firstKeptDay: number): MetricState {
  const day = dayOf(fact.at);
  if (before.kind === 'capped') {
    const after = stands(before) || isStanding(fact.series);
    if (day <= before.newest_day && after === before.stands) return before;
    return { ...before, newest_day: Math.max(day, before.newest_day), stands: after };
  }
  const known = get(before.series, fact.series);
  const isAlive = known !== undefined && known[1] >= firstKeptDay;
  if (!isAlive && isFull(before.series, draft, fact.series, firstKeptDay)) {
    return {
      kind: 'capped',
      newest_day: Math.max(newestDay(before), day),
      stands: stands(before) || [...Object.keys(before.series), fact.series].some(isStanding),
      pending: mergeDays(before.pending, before.single?.days ?? []),
    };
  }
  const days = withDay(before.days, day);
  const seen: SeriesDays = isAlive
    ? [Math.min(known[0], day), Math.max(known[1], day)]
    : [day, day];
  const single = before.single ?? (isSingle(fact.series) ? NO_SINGLE_EVENTS : null);
  const isSame = isAlive && seen[0] === known[0] && seen[1] === known[1];
  if (isSame && days === before.days && single === before.single) return before;
  const series = isSame ? before.series : draft.owned.put(before.series, fact.series, seen);
  if (!isAlive) draft.alive.grown(before.series, series, fact.series);
  return { ...before, series, days, single };
}

function isFull(
  series: Dict<SeriesDays>,
  { owned, alive }: Draft,
  added: string,
  firstKeptDay: number,
): boolean {
  if (owned.size(series) < SERIES_MAX || alive.count(series, firstKeptDay) < SERIES_MAX)
    return false;
  return (
    alive.count(series, firstKeptDay) >= ALL_SERIES_MAX ||
    alive.countOfScope(series, firstKeptDay, parseSeries(added).scope) >= SERIES_MAX
  );
}
