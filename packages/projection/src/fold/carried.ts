import { dayOf, type Micros, type RawUsage } from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { daysBetween } from '../state/day-ranges.ts';
import { type MetricState, type RawState, type SeriesDays } from '../state/state.ts';
import { type Fields } from './fields.ts';
import { isPoint, newer, rawEvents } from './raw-usage.ts';

export type Carried =
  | {
      readonly kind: 'points';
      readonly points: readonly { readonly series: string; readonly point: RawUsage }[];
    }
  /** The point lies on or before a day that kept none of its events. */
  | { readonly kind: 'full'; readonly day: number };

/**
 * The newest point before `from` of every point series of a metric. Each series says on which days to
 * look: one that went silent is found at once, however long ago, one that lives in a day or two.
 */
export function carriedBefore(
  fields: Fields,
  metrics: Dict<MetricState>,
  metric: string,
  from: Micros,
  keptSince: number,
): Carried {
  const state = get(metrics, metric);
  if (state === undefined || 'capped' in state || state.raw === null) {
    return { kind: 'points', points: [] };
  }
  const { raw } = state;
  const points: { series: string; point: RawUsage }[] = [];
  const names = new Set([...Object.keys(state.series), ...Object.keys(raw.carried)]);
  for (const series of [...names].filter(isPoint)) {
    const found = newestBefore(fields, raw, metric, series, state.series, { from, keptSince });
    if (typeof found === 'number') return { kind: 'full', day: found };
    if (found !== null) points.push({ series, point: found });
  }
  return { kind: 'points', points };
}

interface Before {
  readonly from: Micros;
  /** First day of the ledger horizon: `series` tells nothing of older days, which wait to be dropped. */
  readonly keptSince: number;
}

/** The point, null when there is none, or the day that may hold it but kept nothing. */
function newestBefore(
  fields: Fields,
  raw: RawState,
  metric: string,
  series: string,
  seen: Dict<SeriesDays>,
  { from, keptSince }: Before,
): RawUsage | number | null {
  const [oldest, newest] = get(seen, series) ?? [0, -1];
  const last = Math.min(newest, dayOf(from));
  const isIn = (day: number): boolean => day >= oldest || day < keptSince;
  const full = new Set(daysBetween(raw.full, -Infinity, last + 1).filter(isIn));
  const kept = daysBetween(raw.days, -Infinity, last + 1).filter(isIn);
  // Newer than what is kept of a day that is being dropped, at times.
  const carried = get(raw.carried, series);
  for (const day of [...kept, ...full].sort((a, b) => b - a)) {
    if (full.has(day)) return day;
    const points = rawEvents(fields, day, metric).filter(
      (event) => event.series === series && event.at < from,
    );
    const [first] = points;
    if (first !== undefined) return points.reduce(newer, carried ?? first);
  }
  return carried ?? null;
}
