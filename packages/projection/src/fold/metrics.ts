import { dayOf, type Micros, parseSeries } from '@portal/billing';
import { type Dict, get, put } from '../dict.ts';
import { type Settings } from '../settings.ts';
import { daysBetween, mergeDays, withDay } from '../state/day-ranges.ts';
import { type MetricState, type RawState, type SeriesDays } from '../state/state.ts';
import { fieldName, type Fields } from './fields.ts';
import { isRaw } from './raw-usage.ts';
import { type KeptUsage } from './usage-events.ts';

/**
 * Dimension combinations of one metric, for each subscription that its usage names. Above, the metric
 * cannot be answered for the customer: its lines are unavailable.
 */
export const SERIES_MAX = 200;
/** The same, over all subscriptions together. */
export const ALL_SERIES_MAX = 2_000;
/** Metrics one customer may use at a time; usage of a further one is parked. */
export const METRICS_MAX = 200;

/** First UTC day whose cells are still kept when the newest usage is `mark`. */
export const cellsSince = (mark: Micros, settings: Settings): number =>
  dayOf((mark - settings.ledgerHorizon) as Micros);

interface Grown {
  readonly metrics: Dict<MetricState>;
  /** This series was one too many: what windows knew of the metric is void. */
  readonly capped: boolean;
}

/**
 * The metrics with this usage's series and day in them. Limits count what usage within the horizon of
 * `mark` has shown, purged or not: how events were batched must not matter. Throws RangeError when the
 * metric is one too many.
 */
export function growMetric(
  metrics: Dict<MetricState>,
  fields: Fields,
  fact: KeptUsage,
  mark: Micros,
  settings: Settings,
): Grown {
  const since = cellsSince(mark, settings);
  const before = aliveMetric(metrics, fact.metric, since);
  const metric = grow(before, fact, since);
  if (metric === get(metrics, fact.metric)) return { metrics, capped: false };
  const capped = 'capped' in metric && !('capped' in before);
  if (capped) {
    for (const old of daysBetween(before.days, -Infinity, Infinity)) {
      fields.remove(fieldName.cells(old, fact.metric));
    }
  }
  return { metrics: put(metrics, fact.metric, metric), capped };
}

function aliveMetric(metrics: Dict<MetricState>, code: string, since: number): MetricState {
  const known = get(metrics, code);
  if (known !== undefined && newestDay(known) >= since) return known;
  const alive = Object.values(metrics).filter((metric) => newestDay(metric) >= since);
  if (alive.length >= METRICS_MAX) {
    throw new RangeError(`more than ${METRICS_MAX} metrics: ${code} is one too many`);
  }
  if (known !== undefined && !('capped' in known)) return known;
  return { series: {}, days: [], raw: null, left: known?.left ?? [] };
}

function grow(before: MetricState, fact: KeptUsage, since: number): MetricState {
  const day = dayOf(fact.at);
  if ('capped' in before) {
    return day <= before.capped ? before : { ...before, capped: day };
  }
  const known = get(before.series, fact.series);
  const isAlive = known !== undefined && known[1] >= since;
  if (!isAlive && isFull(before.series, fact.series, since)) {
    return {
      capped: Math.max(newestDay(before), day),
      left: mergeDays(before.left, before.raw?.days ?? []),
    };
  }
  const days = withDay(before.days, day);
  const seen: SeriesDays = isAlive
    ? [Math.min(known[0], day), Math.max(known[1], day)]
    : [day, day];
  const raw = before.raw ?? (isRaw(fact.series) ? NO_RAW : null);
  const isSame = isAlive && seen[0] === known[0] && seen[1] === known[1];
  if (isSame && days === before.days && raw === before.raw) return before;
  const series = isSame ? before.series : put(before.series, fact.series, seen);
  return { ...before, series, days, raw };
}

export const NO_RAW: RawState = { days: [], full: [], carried: {}, lost: null };

function isFull(series: Dict<SeriesDays>, added: string, since: number): boolean {
  const alive = Object.entries(series).filter(([, [, newest]]) => newest >= since);
  if (alive.length < SERIES_MAX) return false;
  if (alive.length >= ALL_SERIES_MAX) return true;
  const { scope } = parseSeries(added);
  return alive.filter(([text]) => parseSeries(text).scope === scope).length >= SERIES_MAX;
}

/** The newest UTC day the metric was used; before all days when only a carried point is left of it. */
export const newestDay = (metric: MetricState): number =>
  'capped' in metric ? metric.capped : (metric.days.at(-1)?.[1] ?? -Infinity);
