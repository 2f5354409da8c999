import { type Dict, fromEntries } from '../../dict.ts';
import { daysBetween, daysFrom, type DayRanges } from '../../state/day-ranges.ts';
import { NO_RAW } from '../../state/metric.ts';
import { type KeptMetric, type MetricState, type RawState } from '../../state/state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { type SeriesEvent, type SingleEvent } from '../../stored/single-events.ts';
import { fieldName, type Fields } from '../fields.ts';
import { isChange } from '../kinds/changes.ts';
import { type Dropped } from '../kinds/kind.ts';
import { keepDropped } from '../kinds/kinds.ts';
import { dropShards } from '../kinds/table.ts';
import { withoutOldest } from '../usage/past-metrics.ts';

/** What one fold may still drop; `isSpent` says that something had to stay. */
export interface Budget {
  shards: number;
  isSpent: boolean;
}

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
  const raw = metric.raw ?? NO_RAW;
  const cells: Dropped['cells'][number][] = [];
  for (const day of daysBetween(metric.days, -Infinity, from)) {
    const name = fieldName.cells(day, code);
    const own = hasChanges ? fields.open(name, cellsCodec) : null;
    if (own !== null) cells.push([day, own]);
    fields.remove(name);
  }
  return keepDropped(raw, fields, code, { cells, events: [] });
}

/** Drops whole days of single events, and keeps of them what is never forgotten. */
function dropRaw(
  code: string,
  raw: RawState,
  fields: Fields,
  from: number,
  budget: Budget,
): RawState {
  const events: SeriesEvent[] = [];
  const days = dropDays(code, raw.days, fields, from, budget, (id, { series, ...event }) => {
    events.push({ series, event: { id, ...event } });
  });
  return { ...keepDropped(raw, fields, code, { cells: [], events }), days };
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
