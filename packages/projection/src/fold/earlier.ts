import {
  addDecimals,
  type Carried,
  dayOf,
  dayStart,
  type Micros,
  parseSeries,
  type RawUsage,
  type Series,
  sumDay,
  type Totals,
} from '@portal/billing';
import { daysBetween } from '../state/day-ranges.ts';
import { type KeptMetric, type SeriesDays } from '../state/state.ts';
import { carriedBefore } from './carried.ts';
import { cellsCodec } from '../stored/cells.ts';
import { fieldName, type Fields } from './fields.ts';
import { NO_RAW } from './metrics.ts';
import { newer, rawEvents } from './raw-usage.ts';
import { isChange, isUnique, openChanges, openMembers } from './standing.ts';

export type Kind = Series['kind'];

/** From the day the subscription began, up to a period's begin. */
export interface Span {
  readonly from: Micros;
  readonly to: Micros;
}

export type Earlier =
  | { readonly kind: 'carried'; readonly bySeries: ReadonlyMap<string, Carried> }
  /** What is asked for lies on this day, which kept none of its events; null: more stands than is kept. */
  | { readonly kind: 'full'; readonly day: number | null };

/** What is carried of each series into a period, of the kinds that are asked for. `keptSince` is the first day that is kept. */
export function earlierUsage(
  fields: Fields,
  metric: { readonly code: string; readonly state: KeptMetric },
  span: Span,
  kinds: ReadonlySet<Kind>,
  keptSince: number,
): Earlier {
  const found = new Map<string, Carried>();
  if (span.from >= span.to) return { kind: 'carried', bySeries: found };
  if (kinds.has('point')) {
    const carried = carriedBefore(fields, metric.state, metric.code, span.to, keptSince);
    if (carried.kind === 'full') return carried;
    for (const { series, point } of carried.points) {
      if (point.at >= span.from) found.set(series, { kind: 'point', event: point });
    }
  }
  if (kinds.has('change') || kinds.has('counter')) {
    const full = addCells(found, fields, metric, span, kinds, keptSince);
    if (full !== null) return full;
  }
  if (kinds.has('unique')) {
    const full = addMembers(found, fields, metric, span);
    if (full !== null) return full;
  }
  return { kind: 'carried', bySeries: found };
}

type Full = Extract<Earlier, { kind: 'full' }>;

/** Levels of changes, and whether there were counters: both are told by the cells. */
function addCells(
  found: Map<string, Carried>,
  fields: Fields,
  { code, state }: { readonly code: string; readonly state: KeptMetric },
  span: Span,
  kinds: ReadonlySet<Kind>,
  keptSince: number,
): Full | null {
  const raw = state.raw ?? NO_RAW;
  const names = Object.keys(state.series);
  const wantsChanges = kinds.has('change') && (names.some(isChange) || raw.change_rows !== 0);
  const counters = kinds.has('counter')
    ? names.filter((name) => parseSeries(name).kind === 'counter')
    : [];
  const certain = counters.filter((name) => isSurelyIn(state.series[name], span, keptSince));
  for (const name of certain) found.set(name, { kind: 'counter' });
  if (!wantsChanges && certain.length === counters.length) return null;

  const sums = new Map<string, Totals>();
  for (const day of daysBetween(state.days, dayOf(span.from), dayOf(span.to) + 1)) {
    const cells = fields.open(fieldName.cells(day, code), cellsCodec);
    if (cells !== null) sumDay(cells, day, span, sums);
  }
  for (const name of counters) if (sums.has(name)) found.set(name, { kind: 'counter' });
  if (!wantsChanges) return null;
  if (raw.change_rows === null) return { kind: 'full', day: null };
  const levels = new Map<string, string>();
  for (const [series, { sum }] of sums) if (isChange(series)) levels.set(series, sum);
  const dropped = raw.change_rows === 0 ? [] : openChanges(fields, code);
  for (const { series, at, sum } of dropped) {
    if (at >= span.from && at < span.to)
      levels.set(series, addDecimals(levels.get(series) ?? '0', sum));
  }
  for (const [series, level] of levels) found.set(series, { kind: 'change', level });
  return null;
}

/** The first or the last day it was seen is kept, and lies wholly in the span. */
function isSurelyIn(seen: SeriesDays | undefined, { from, to }: Span, keptSince: number): boolean {
  return (
    seen?.some((day) => day >= keptSince && dayStart(day) >= from && dayStart(day + 1) <= to) ??
    false
  );
}

/** Of each key the newest operation. */
function addMembers(
  found: Map<string, Carried>,
  fields: Fields,
  { code, state }: { readonly code: string; readonly state: KeptMetric },
  span: Span,
): Full | null {
  const raw = state.raw ?? NO_RAW;
  if (!Object.keys(state.series).some(isUnique) && raw.member_rows === 0) return null;
  if (raw.member_rows === null) return { kind: 'full', day: null };
  const [first, afterLast] = [dayOf(span.from), dayOf(span.to) + 1];
  const [full] = daysBetween(raw.full, first, afterLast);
  if (full !== undefined) return { kind: 'full', day: full };
  const { last_full_dropped: dropped } = raw;
  if (dropped !== null && dropped >= first) return { kind: 'full', day: dropped };

  const newest = new Map<string, Map<string | null, RawUsage>>();
  const note = (series: string, instant: Micros, event: RawUsage): void => {
    if (instant < span.from || instant >= span.to || !isUnique(series)) return;
    const keys = newest.get(series) ?? new Map<string | null, RawUsage>();
    newest.set(series, keys);
    keys.set(event.key, newer(keys.get(event.key), event));
  };
  for (const { series, event } of raw.member_rows === 0 ? [] : openMembers(fields, code))
    note(series, event.at, event);
  for (const day of daysBetween(raw.days, first, afterLast)) {
    for (const { series, instant, event } of rawEvents(fields, state, day, code)) {
      note(series, instant, event);
    }
  }
  for (const [series, keys] of newest)
    found.set(series, { kind: 'unique', events: [...keys.values()] });
  return null;
}
