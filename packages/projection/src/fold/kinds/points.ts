import { dayOf, newer, type SingleEvent } from '@portal/billing';
import { type Dict, fromEntries, get } from '../../dict.ts';
import { daysBetween } from '../../state/day-ranges.ts';
import { type SingleEventsState, type SeriesDays } from '../../state/usage-state.ts';
import { eventsOnDay } from './single-events.ts';
import {
  type CarriedOver,
  kindOf,
  type LedgerMetric,
  NOTHING_CARRIED,
  type UsageKind,
  type Span,
} from './kind.ts';

/** A level that was measured: it holds until the next one, so the newest point of each series is never lost. */
export const points: UsageKind = {
  keep: (single, _fields, _metric, { events }) => {
    const newest = new Map<string, SingleEvent>(Object.entries(single.carried));
    for (const { series, event } of events) {
      if (isPoint(series)) newest.set(series, newer(newest.get(series), event));
    }
    return { ...single, carried: carriedOf(newest) };
  },
  carry: carryPoints,
};

export const isPoint = (series: string): boolean => kindOf(series) === 'point';

/** Series of one metric whose last point is remembered; the newest points win. */
export const CARRIED_MAX = 1_000;

export const carriedOf = (newest: ReadonlyMap<string, SingleEvent>): Dict<SingleEvent> =>
  fromEntries(
    [...newest].sort(([a, p], [b, q]) => q.at - p.at || (a < b ? -1 : 1)).slice(0, CARRIED_MAX),
  );

/** Days asked for at once: the first ones nearly always hold what is looked for. */
const LOOK_AHEAD = 2;

/**
 * The newest point of the span of every point series: one way back over the days, for all series together, that ends
 * when the last one is found. Series tell nothing of days before the horizon, which wait to be dropped.
 */
function carryPoints({ fields, state, code, firstKeptDay }: LedgerMetric, span: Span): CarriedOver {
  if (state.single === null) return NOTHING_CARRIED;
  const { single } = state;
  const { to: before } = span;
  const open = openSeries(state.series, single);
  const found = new Map<string, SingleEvent>();
  const full = new Set(daysBetween(single.full, -Infinity, dayOf(before) + 1));
  const days = [...daysBetween(single.days, -Infinity, dayOf(before) + 1), ...full];
  let asked = 0;
  let known = 0;
  for (const day of days.sort((a, b) => b - a)) {
    if (open.size === 0) break;
    if (![...open.values()].some((seen) => isOn(seen, day, firstKeptDay))) continue;
    if (full.has(day)) return { kind: 'full', day };
    const missing = fields.missing.size;
    const events = eventsOnDay(fields, state, day, code);
    if (fields.missing.size > missing) asked += 1;
    else known += 1;
    // What is not loaded looks empty: rather than walk on for nothing, fold again with these days.
    if (asked >= LOOK_AHEAD + known) break;
    for (const { series, instant, event } of events) {
      if (instant < before && open.has(series)) found.set(series, newer(found.get(series), event));
    }
    for (const series of found.keys()) open.delete(series);
  }
  return withDropped(single, open, found, span);
}

/** Every point series and the days it was seen on, as far as they are known. */
function openSeries(
  series: Dict<SeriesDays>,
  single: SingleEventsState,
): Map<string, SeriesDays | undefined> {
  const names = new Set([...Object.keys(series), ...Object.keys(single.carried)]);
  return new Map([...names].filter(isPoint).map((name) => [name, get(series, name)]));
}

const isOn = (seen: SeriesDays | undefined, day: number, firstKeptDay: number): boolean =>
  day < firstKeptDay || (seen !== undefined && seen[0] <= day && day <= seen[1]);

/** What no day holds any more is in what was carried over the horizon, unless a full day lay in between. */
function withDropped(
  single: SingleEventsState,
  open: ReadonlyMap<string, SeriesDays | undefined>,
  found: ReadonlyMap<string, SingleEvent>,
  span: Span,
): CarriedOver {
  const points = new Map(found);
  for (const [series, point] of Object.entries(single.carried)) {
    points.set(series, newer(points.get(series), point));
  }
  const { last_full_dropped: dropped } = single;
  for (const series of open.keys()) {
    const point = points.get(series);
    if (dropped !== null && (point === undefined || dayOf(point.at) <= dropped)) {
      return { kind: 'full', day: dropped };
    }
  }
  const inSpan = [...points].filter(([, { at }]) => at >= span.from);
  const bySeries = new Map(
    inSpan.map(([series, event]) => [series, { kind: 'point', event } as const]),
  );
  return { kind: 'carried', bySeries };
}
