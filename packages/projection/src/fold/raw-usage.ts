import { dayOf, type Micros, parseSeries, quarterOf, type RawUsage } from '@portal/billing';
import { type Dict, get } from '../dict.ts';
import { daysBetween, hasDay, withDay, withoutDay } from '../state/day-ranges.ts';
import { type KeptMetric, type MetricState, type RawState } from '../state/state.ts';
import { type Fields } from './fields.ts';
import { countOf, dropShards, eventsOf, putEvent } from './single-events.ts';
import { type Fact } from './fact.ts';

/** Point and unique events of one metric kept for one UTC day. Above, its lines that look at them are unavailable. */
export const LEDGER_MAX_RAW = 50_000;

export const isRaw = (series: string): boolean => parseSeries(series).kind !== 'counter';
export const isPoint = (series: string): boolean => parseSeries(series).kind === 'point';

/** The later of two points; of two at one instant, the one with the higher event id. */
export function newer(a: RawUsage | undefined, b: RawUsage): RawUsage {
  if (a === undefined || a.at < b.at) return b;
  return a.at === b.at && a.id < b.id ? b : a;
}

/** Files an event of a point or unique series under its day; a day that exceeds LEDGER_MAX_RAW keeps none. */
export function fileRaw(raw: RawState, fields: Fields, fact: Fact): RawState {
  const day = dayOf(fact.at);
  if (isFull(raw, day)) return raw;
  const table = { day, metric: fact.metric };
  const { id, at, series, value, amount, key, operation } = fact;
  // Only a removal says what it does.
  const removing = operation === 'remove' ? { operation } : {};
  putEvent(fields, table, id, { at, series, value, amount, key, ...removing });
  if (countOf(fields, table) <= LEDGER_MAX_RAW) return { ...raw, days: withDay(raw.days, day) };
  dropShards(fields, table, Infinity);
  return { ...raw, days: withoutDay(raw.days, day), full: withDay(raw.full, day) };
}

export const isFull = (raw: RawState, day: number): boolean =>
  daysBetween(raw.full, day, day + 1).length > 0;

/**
 * The events of one metric and day that count, in no order. `instant` says in which period they fall: that of their cell,
 * so that single events and totals are cut alike.
 */
export const rawEvents = (
  fields: Fields,
  { coarse }: KeptMetric,
  day: number,
  metric: string,
): readonly { readonly series: string; readonly instant: Micros; readonly event: RawUsage }[] => {
  const isCoarse = hasDay(coarse, day);
  return eventsOf(fields, { day, metric }).map(([id, { series, ...event }]) => ({
    series,
    instant: isCoarse ? quarterOf(event.at) : event.at,
    event: { id, ...event },
  }));
};

/** What the ledger keeps of point and unique events; null when there never was one, or the metric is capped. */
export function rawStateOf(metrics: Dict<MetricState>, metric: string): RawState | null {
  const state = get(metrics, metric);
  return state?.kind === 'kept' ? state.raw : null;
}
