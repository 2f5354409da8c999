import { type RawUsage } from '@portal/billing';
import { type Dict, fromEntries, get } from '../dict.ts';
import { daysBetween, daysFrom, type DayRanges } from '../state/day-ranges.ts';
import { type KeptMetric, type MetricState, type RawState } from '../state/state.ts';
import { cellsCodec } from '../stored/cells.ts';
import { fieldName, type Fields } from './fields.ts';
import { METRICS_MAX, newestDay, NO_RAW } from './metrics.ts';
import { type SingleEvent } from '../stored/single-events.ts';
import { type MemberRow } from '../stored/standing.ts';
import { isPoint, newer } from './raw-usage.ts';
import { isChange, isUnique, keepChanges, keepMembers, stands } from './standing.ts';
import { dropShards } from './single-events.ts';

/** What one fold may still drop; `isSpent` says that something had to stay. */
export interface Budget {
  shards: number;
  isSpent: boolean;
}

/** Series of one metric whose last point is remembered; the newest points win. */
export const CARRIED_MAX = 1_000;

/**
 * The metrics without what lies before the day `from`. A metric of which nothing is left is forgotten,
 * but for its last points.
 */
export function dropBefore(
  metrics: Dict<MetricState>,
  fields: Fields,
  from: number,
  budget: Budget,
): Dict<MetricState> {
  if (!Object.values(metrics).some((metric) => reachesBefore(metric, from))) return metrics;
  const kept = Object.entries(metrics).flatMap(([code, metric]) => {
    const shorter = shorten(code, metric, fields, from, budget);
    return shorter === null ? [] : [[code, shorter] as const];
  });
  return fromEntries(withoutOldest(kept));
}

function reachesBefore(metric: MetricState, from: number): boolean {
  if (metric.pending.length > 0) return true;
  if (metric.kind === 'capped') return metric.newest_day < from;
  const first = [metric.days, metric.raw?.days ?? [], metric.raw?.full ?? []];
  return first.some((days) => (days[0]?.[0] ?? from) < from);
}

function shorten(
  code: string,
  metric: MetricState,
  fields: Fields,
  from: number,
  budget: Budget,
): MetricState | null {
  const pending = dropDays(code, metric.pending, fields, Infinity, budget, () => undefined);
  if (metric.kind === 'capped') {
    const isGone = metric.newest_day < from && !metric.stands;
    return isGone && pending.length === 0 ? null : { ...metric, pending };
  }
  const standing = dropCells(code, metric, fields, from);
  const kept = forgetFull(dropRaw(code, standing, fields, from, budget), from);
  // As if it never had any: how events were batched must not matter.
  const raw = isNone(kept) ? null : kept;
  // Series tell where their events are: they stay until these are dropped.
  if (raw !== null && (raw.days[0]?.[0] ?? from) < from) return { ...metric, raw, pending };
  const series = Object.entries(metric.series).filter(([, [, newest]]) => newest >= from);
  const days = daysFrom(metric.days, from);
  const remembers = raw !== null && !isNone({ ...raw, days: [], full: [] });
  const isGone = days.length + pending.length === 0 && !remembers;
  const coarse = daysFrom(metric.coarse, from);
  return isGone ? null : { kind: 'kept', series: fromEntries(series), days, coarse, raw, pending };
}

const isNone = ({ days, full, carried, ...raw }: RawState): boolean =>
  days.length + full.length + Object.keys(carried).length === 0 &&
  raw.last_full_dropped === null &&
  raw.change_rows === 0 &&
  raw.member_rows === 0;

/** Drops the cells of whole days, and keeps what their changes come to. */
function dropCells(code: string, metric: KeptMetric, fields: Fields, from: number): RawState {
  const hasChanges = Object.keys(metric.series).some(isChange);
  let raw = metric.raw ?? NO_RAW;
  for (const day of daysBetween(metric.days, -Infinity, from)) {
    const name = fieldName.cells(day, code);
    const cells = hasChanges ? fields.open(name, cellsCodec) : null;
    if (cells !== null) raw = keepChanges(raw, fields, code, day, cells);
    fields.remove(name);
  }
  return raw;
}

/** Drops whole days and keeps the newest point of each series that goes. */
function dropRaw(
  code: string,
  raw: RawState,
  fields: Fields,
  from: number,
  budget: Budget,
): RawState {
  const newest = new Map<string, RawUsage>(Object.entries(raw.carried));
  const members: MemberRow[] = [];
  const days = dropDays(code, raw.days, fields, from, budget, (id, { series, ...event }) => {
    if (isPoint(series)) newest.set(series, newer(newest.get(series), { id, ...event }));
    if (isUnique(series)) members.push({ series, event: { id, ...event } });
  });
  const kept = keepMembers(raw, fields, code, members);
  return { ...kept, days, carried: carriedOf(newest) };
}

/** Drops the days before `from` as far as the budget goes, the oldest first; returns the days that are left. */
function dropDays(
  code: string,
  days: DayRanges,
  fields: Fields,
  from: number,
  budget: Budget,
  eachEvent: (id: string, event: SingleEvent) => void,
): DayRanges {
  for (const day of daysBetween(days, -Infinity, from)) {
    const { dropped, shards, left } = dropShards(fields, { day, metric: code }, budget.shards);
    for (const [id, event] of dropped) eachEvent(id, event);
    budget.shards -= shards;
    if (left > 0) {
      budget.isSpent = true;
      return daysFrom(days, day);
    }
  }
  return daysFrom(days, from);
}

/** With a full day goes whatever last point, or operation, it may have held. */
function forgetFull(raw: RawState, from: number): RawState {
  const gone = daysBetween(raw.full, -Infinity, from).at(-1);
  return {
    ...raw,
    full: daysFrom(raw.full, from),
    last_full_dropped: gone ?? raw.last_full_dropped,
  };
}

export const carriedOf = (newest: ReadonlyMap<string, RawUsage>): Dict<RawUsage> =>
  fromEntries(
    [...newest].sort(([a, p], [b, q]) => q.at - p.at || (a < b ? -1 : 1)).slice(0, CARRIED_MAX),
  );

/** Of metrics of which only last points are left, as many as a customer may use. */
export function withoutOldest(metrics: readonly (readonly [string, MetricState])[]) {
  const past = metrics.filter(([, metric]) => newestDay(metric) === -Infinity && !stands(metric));
  if (past.length <= METRICS_MAX) return metrics;
  const gone = new Set(past.sort(([, a], [, b]) => lastPoint(b) - lastPoint(a)).slice(METRICS_MAX));
  return metrics.filter((each) => !gone.has(each));
}

function lastPoint(metric: MetricState): number {
  if (metric.kind === 'capped') return metric.newest_day;
  const carried = metric.raw?.carried ?? {};
  return Math.max(...Object.keys(carried).map((series) => get(carried, series)?.at ?? 0));
}
