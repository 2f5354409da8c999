import { dayOf, type Micros, type RawUsage } from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { daysBetween } from '../state/day-ranges.ts';
import { type KeptMetric, type RawState, type SeriesDays } from '../state/state.ts';
import { type Fields } from './fields.ts';
import { isPoint, newer, rawEvents } from './raw-usage.ts';

export type Carried =
  | {
      readonly kind: 'points';
      readonly points: readonly { readonly series: string; readonly point: RawUsage }[];
    }
  /** A point may lie on this day, which kept none of its events. */
  | { readonly kind: 'full'; readonly day: number };

/** Days asked for at once: the first ones nearly always hold what is looked for. */
const LOOK_AHEAD = 2;

/**
 * The newest point before `from` of every point series of a metric: one walk back over the days, for all
 * series together, that ends when the last one is found. `keptSince` is the first day of the ledger
 * horizon: series tell nothing of older days, which wait to be dropped.
 */
export function carriedBefore(
  fields: Fields,
  state: KeptMetric,
  metric: string,
  from: Micros,
  keptSince: number,
): Carried {
  if (state.raw === null) return NOTHING;
  const { raw } = state;
  const open = openSeries(state.series, raw);
  const found = new Map<string, RawUsage>();
  const full = new Set(daysBetween(raw.full, -Infinity, dayOf(from) + 1));
  const days = [...daysBetween(raw.days, -Infinity, dayOf(from) + 1), ...full];
  let asked = 0;
  let known = 0;
  for (const day of days.sort((a, b) => b - a)) {
    if (open.size === 0) break;
    if (![...open.values()].some((seen) => isOn(seen, day, keptSince))) continue;
    if (full.has(day)) return { kind: 'full', day };
    const before = fields.missing.size;
    const events = rawEvents(fields, state, day, metric);
    if (fields.missing.size > before) asked += 1;
    else known += 1;
    // What is not loaded looks empty: rather than walk on for nothing, fold again with these days.
    if (asked >= LOOK_AHEAD + known) break;
    for (const { series, instant, event } of events) {
      if (instant < from && open.has(series)) found.set(series, newer(found.get(series), event));
    }
    for (const series of found.keys()) open.delete(series);
  }
  return withDropped(raw, open, found);
}

const NOTHING: Carried = { kind: 'points', points: [] };

/** Every point series and the days it was seen on, as far as they are known. */
function openSeries(series: Dict<SeriesDays>, raw: RawState): Map<string, SeriesDays | undefined> {
  const names = new Set([...Object.keys(series), ...Object.keys(raw.carried)]);
  return new Map([...names].filter(isPoint).map((name) => [name, get(series, name)]));
}

const isOn = (seen: SeriesDays | undefined, day: number, keptSince: number): boolean =>
  day < keptSince || (seen !== undefined && seen[0] <= day && day <= seen[1]);

/** What no day holds any more is in what was carried over the horizon, unless a full day lay in between. */
function withDropped(
  raw: RawState,
  open: ReadonlyMap<string, SeriesDays | undefined>,
  found: ReadonlyMap<string, RawUsage>,
): Carried {
  const points = new Map(found);
  for (const [series, point] of Object.entries(raw.carried)) {
    points.set(series, newer(points.get(series), point));
  }
  const { last_full_dropped: dropped } = raw;
  for (const series of open.keys()) {
    const point = points.get(series);
    if (dropped !== null && (point === undefined || dayOf(point.at) <= dropped)) {
      return { kind: 'full', day: dropped };
    }
  }
  return { kind: 'points', points: [...points].map(([series, point]) => ({ series, point })) };
}
