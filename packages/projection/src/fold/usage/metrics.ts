import { dayOf, isOfScope, parseSeries } from '@portal/billing';
import { type Dict, get, put } from '../../dict.ts';
import { daysBetween, mergeDays, withDay } from '../../state/day-ranges.ts';
import { type MetricState, type SeriesDays } from '../../state/usage-state.ts';
import { fieldName, type Fields } from '../fields.ts';
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

interface Grown {
  readonly metrics: Dict<MetricState>;
  /** This series was one too many: what windows knew of the metric is void. */
  readonly capped: boolean;
}

/**
 * The metrics with this usage's series and day in them. Limits count what usage since the first day that
 * is kept has shown, purged or not: how events were batched must not matter. Throws RangeError when the
 * metric is one too many.
 */
export function growMetric(
  metrics: Dict<MetricState>,
  fields: Fields,
  fact: Fact,
  firstKeptDay: number,
): Grown {
  const before = aliveMetric(metrics, fact.metric, firstKeptDay);
  const metric = grow(before, fact, firstKeptDay);
  if (metric === get(metrics, fact.metric)) return { metrics, capped: false };
  const capped = metric.kind === 'capped' && before.kind !== 'capped';
  if (capped) {
    for (const old of daysBetween(before.days, -Infinity, Infinity)) {
      fields.remove(fieldName.cells(old, fact.metric));
    }
    if (before.single !== null && before.single.change_rows !== 0)
      fields.remove(fieldName.changes(fact.metric));
    if (before.single !== null && before.single.member_rows !== 0)
      fields.remove(fieldName.members(fact.metric));
  }
  return { metrics: put(metrics, fact.metric, metric), capped };
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

function grow(before: MetricState, fact: Fact, firstKeptDay: number): MetricState {
  const day = dayOf(fact.at);
  if (before.kind === 'capped') {
    const after = stands(before) || isStanding(fact.series);
    if (day <= before.newest_day && after === before.stands) return before;
    return { ...before, newest_day: Math.max(day, before.newest_day), stands: after };
  }
  const known = get(before.series, fact.series);
  const isAlive = known !== undefined && known[1] >= firstKeptDay;
  if (!isAlive && isFull(before.series, fact.series, firstKeptDay)) {
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
  const series = isSame ? before.series : put(before.series, fact.series, seen);
  return { ...before, series, days, single };
}

function isFull(series: Dict<SeriesDays>, added: string, firstKeptDay: number): boolean {
  const alive = Object.entries(series).filter(([, [, newest]]) => newest >= firstKeptDay);
  if (alive.length < SERIES_MAX) return false;
  if (alive.length >= ALL_SERIES_MAX) return true;
  const { scope } = parseSeries(added);
  return alive.filter(([text]) => isOfScope(text, scope)).length >= SERIES_MAX;
}
