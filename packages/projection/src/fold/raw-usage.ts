import { dayOf, type Micros, parseSeries, type RawUsage } from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { daysBetween, withDay, withoutDay } from '../state/day-ranges.ts';
import { type MetricState, type RawState } from '../state/state.ts';
import { fieldName, type Fields } from './fields.ts';
import { countOf, dropShards, putRow, rowsOf, type ShardedTable } from './sharded.ts';
import { type KeptUsage } from './usage-events.ts';

/** Point and unique events of one metric kept for one UTC day. Above, its lines that look at them are unavailable. */
export const LEDGER_MAX_RAW = 50_000;

/** An event as the ledger keeps it beside its cell; the row's key is its id. */
export interface RawEvent extends Omit<RawUsage, 'id'> {
  readonly series: string;
}

export const isRaw = (series: string): boolean => parseSeries(series).kind !== 'counter';
export const isPoint = (series: string): boolean => parseSeries(series).kind === 'point';

/** The later of two points; of two at one instant, the one with the higher event id. */
export function newer(a: RawUsage | undefined, b: RawUsage): RawUsage {
  if (a === undefined || a.at < b.at) return b;
  return a.at === b.at && a.id < b.id ? b : a;
}

/**
 * Files an event of a point or unique series under its day. `counts` is false for the loser of a
 * conflict: it leaves an empty row, so that the table does not depend on which of both came first.
 * `full` says that the day just exceeded LEDGER_MAX_RAW: all its rows are gone.
 */
export function fileRaw(
  raw: RawState,
  fields: Fields,
  id: string,
  fact: KeptUsage & Pick<RawUsage, 'key'>,
  counts: boolean,
): { readonly raw: RawState; readonly full: boolean } {
  const day = dayOf(fact.at);
  if (isFull(raw, day)) return { raw, full: false };
  const table = rawOfDay(day, fact.metric);
  const { at, series, value, amount, key } = fact;
  putRow(fields, table, id, (before) =>
    counts ? { at, series, value, amount, key } : (before ?? null),
  );
  if (countOf(fields, table) <= LEDGER_MAX_RAW) {
    return { raw: { ...raw, days: withDay(raw.days, day) }, full: false };
  }
  dropShards(fields, table, Infinity);
  const full = withDay(raw.full, day);
  return { raw: { ...raw, days: withoutDay(raw.days, day), full }, full: true };
}

/** The event no longer counts: another one with its id does. */
export function emptyRaw(raw: RawState, fields: Fields, id: string, kept: KeptUsage): void {
  const day = dayOf(kept.at);
  if (!isRaw(kept.series) || isFull(raw, day)) return;
  putRow(fields, rawOfDay(day, kept.metric), id, () => null);
}

export const isFull = (raw: RawState, day: number): boolean =>
  daysBetween(raw.full, day, day + 1).length > 0;

/** The events of one metric and day that count, in no order. */
export const rawEvents = (
  fields: Fields,
  day: number,
  metric: string,
): readonly (RawUsage & { readonly series: string })[] =>
  rowsOf(fields, rawOfDay(day, metric)).flatMap(([id, event]) =>
    event === null ? [] : [{ id, ...event }],
  );

/** What the ledger keeps of point and unique events; null when there never was one, or the metric is capped. */
export function rawStateOf(metrics: Dict<MetricState>, metric: string): RawState | null {
  const state = get(metrics, metric);
  return state === undefined || 'capped' in state ? null : state.raw;
}

type Row =
  readonly [string] | readonly [string, Micros, string, string, string | null, string | null];

export const rawOfDay = (day: number, metric: string): ShardedTable<RawEvent | null> => ({
  field: (shard) => fieldName.raw(day, shard, metric),
  shardRows: 64,
  toJson: (id, event): Row =>
    event === null ? [id] : [id, event.at, event.series, event.value, event.amount, event.key],
  fromJson: (row) => {
    const stored = row as Row;
    if (stored.length === 1) return [stored[0], null];
    const [id, at, series, value, amount, key] = stored;
    return [id, { at, series, value, amount, key }];
  },
});
