import { type Dict, fromEntries } from '../../dict.ts';
import { daysBetween, daysFrom, type DayRanges } from '../../state/day-ranges.ts';
import { NO_SINGLE_EVENTS } from '../../state/metric.ts';
import {
  type KeptMetric,
  type MetricState,
  type SingleEventsState,
} from '../../state/usage-state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { type SeriesEvent } from '../../stored/single-events.ts';
import { fieldName, type Fields, openWhere } from '../fields.ts';
import { isChange } from '../kinds/changes.ts';
import { type Dropped } from '../kinds/kind.ts';
import { keepDropped } from '../kinds/kinds.ts';
import { dropShards } from '../kinds/table.ts';
import { withoutOldest } from '../usage/past-metrics.ts';

/** What one fold may still drop; `isSpent` says that something had to stay. */
export interface Budget {
  shards: number;
  /** An earlier fold dropped the cells of these days already, and did not finish. */
  readonly isResumed: boolean;
  isSpent: boolean;
}

/**
 * The metrics without what lies before the first kept day. A metric of which nothing is left is forgotten,
 * but for its last points.
 */
export function dropBefore(
  metrics: Dict<MetricState>,
  fields: Fields,
  firstKeptDay: number,
  budget: Budget,
): Dict<MetricState> {
  if (!Object.values(metrics).some((metric) => reachesBefore(metric, firstKeptDay))) return metrics;
  const kept = Object.entries(metrics).flatMap(([code, metric]) => {
    const shorter = shorten(code, metric, fields, firstKeptDay, budget);
    return shorter === null ? [] : [[code, shorter] as const];
  });
  return fromEntries(withoutOldest(kept));
}

function reachesBefore(metric: MetricState, firstKeptDay: number): boolean {
  if (metric.pending.length > 0) return true;
  if (metric.kind === 'capped') return metric.newest_day < firstKeptDay;
  const beginsBefore = (days: DayRanges | undefined): boolean =>
    (days?.[0]?.[0] ?? firstKeptDay) < firstKeptDay;
  const { days, single } = metric;
  return beginsBefore(days) || beginsBefore(single?.days) || beginsBefore(single?.full);
}

function shorten(
  code: string,
  metric: MetricState,
  fields: Fields,
  firstKeptDay: number,
  budget: Budget,
): MetricState | null {
  const pending = dropDays(code, metric.pending, fields, Infinity, budget, () => undefined);
  if (metric.kind === 'capped') {
    const isGone = metric.newest_day < firstKeptDay && !metric.stands;
    return isGone && pending.length === 0 ? null : { ...metric, pending };
  }
  const standing = dropCells(code, metric, fields, firstKeptDay, budget);
  const kept = forgetFull(
    dropSingleEvents(code, standing, fields, firstKeptDay, budget),
    firstKeptDay,
  );
  // As if it never had any: how events were batched must not matter.
  const single = isNone(kept) ? null : kept;
  // Series tell where their events are: they stay until these are dropped.
  if (single !== null && (single.days[0]?.[0] ?? firstKeptDay) < firstKeptDay)
    return { ...metric, single, pending };
  const series = Object.entries(metric.series).filter(([, [, newest]]) => newest >= firstKeptDay);
  const days = daysFrom(metric.days, firstKeptDay);
  const remembers = single !== null && !isNone({ ...single, days: [], full: [] });
  const isGone = days.length + pending.length === 0 && !remembers;
  const coarse = daysFrom(metric.coarse, firstKeptDay);
  return isGone
    ? null
    : { kind: 'kept', series: fromEntries(series), days, coarse, single, pending };
}

const isNone = ({ days, full, carried, ...single }: SingleEventsState): boolean =>
  days.length + full.length + Object.keys(carried).length === 0 &&
  single.last_full_dropped === null &&
  single.change_rows === 0 &&
  single.member_rows === 0;

/** Drops the cells of whole days, and keeps what their changes come to. */
function dropCells(
  code: string,
  metric: KeptMetric,
  fields: Fields,
  firstKeptDay: number,
  { isResumed }: Budget,
): SingleEventsState {
  const hasChanges = Object.keys(metric.series).some(isChange);
  const single = metric.single ?? NO_SINGLE_EVENTS;
  const cells: Dropped['cells'][number][] = [];
  for (const day of daysBetween(metric.days, -Infinity, firstKeptDay)) {
    const name = fieldName.cells(day, code);
    if (hasChanges) {
      const own = openWhere(!isResumed, fields, name, cellsCodec);
      if (own !== null) cells.push([day, own]);
    }
    fields.remove(name);
  }
  return keepDropped(single, fields, code, { cells, events: [] });
}

/** Drops whole days of single events, and keeps of them what is never forgotten. */
function dropSingleEvents(
  code: string,
  single: SingleEventsState,
  fields: Fields,
  firstKeptDay: number,
  budget: Budget,
): SingleEventsState {
  const events: SeriesEvent[] = [];
  const days = dropDays(code, single.days, fields, firstKeptDay, budget, (event) => {
    events.push(event);
  });
  return { ...keepDropped(single, fields, code, { cells: [], events }), days };
}

/** Drops the days before the first kept day as far as the budget goes, the oldest first; returns the days that are left. */
function dropDays(
  code: string,
  days: DayRanges,
  fields: Fields,
  firstKeptDay: number,
  budget: Budget,
  eachEvent: (event: SeriesEvent) => void,
): DayRanges {
  for (const day of daysBetween(days, -Infinity, firstKeptDay)) {
    const { dropped, shards, remaining } = dropShards(fields, { day, metric: code }, budget.shards);
    for (const event of dropped) eachEvent(event);
    budget.shards -= shards;
    if (remaining > 0) {
      budget.isSpent = true;
      return daysFrom(days, day);
    }
  }
  return daysFrom(days, firstKeptDay);
}

/** With a full day goes whatever last point, or operation, it may have held. */
function forgetFull(single: SingleEventsState, firstKeptDay: number): SingleEventsState {
  const gone = daysBetween(single.full, -Infinity, firstKeptDay).at(-1);
  return {
    ...single,
    full: daysFrom(single.full, firstKeptDay),
    last_full_dropped: gone ?? single.last_full_dropped,
  };
}
