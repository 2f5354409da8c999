import { dayOf, type Micros, quarterOf } from '@portal/billing';
import { type Dict, get } from '../../dict.ts';
import { hasDay, withDay, withoutDay } from '../../state/day-ranges.ts';
import {
  type KeptMetric,
  type MetricState,
  type SingleEventsState,
} from '../../state/usage-state.ts';
import { type SeriesEvent } from '../../stored/single-events.ts';
import { type Fields } from '../fields.ts';
import { countOf, dropShards, eventsOf, putEvent } from './table.ts';
import { kindOf } from './kind.ts';
import { type Fact } from '../fact.ts';

/** Single events of one metric kept for one UTC day. Above, its lines that look at them are unavailable. */
export const SINGLE_EVENTS_MAX = 50_000;

/** Whether events of this series are kept one by one. */
export const isSingle = (series: string): boolean => kindOf(series) !== 'counter';

/** Files an event under its day; a day that exceeds SINGLE_EVENTS_MAX keeps none. */
export function fileEvent(
  single: SingleEventsState,
  fields: Fields,
  fact: Fact,
): SingleEventsState {
  const day = dayOf(fact.at);
  if (isFull(single, day)) return single;
  const table = { day, metric: fact.metric };
  const { id, at, series, value, amount, key, operation } = fact;
  // Only a removal says what it does.
  const removing = operation === 'remove' ? { operation } : {};
  const event = { series, event: { id, at, value, amount, key, ...removing } };
  putEvent(fields, table, event, hasDay(single.days, day));
  if (countOf(fields, table) <= SINGLE_EVENTS_MAX)
    return { ...single, days: withDay(single.days, day) };
  dropShards(fields, table, Infinity);
  return { ...single, days: withoutDay(single.days, day), full: withDay(single.full, day) };
}

export const isFull = (single: SingleEventsState, day: number): boolean => hasDay(single.full, day);

/**
 * The events of one metric and day that count, in no order. `instant` says in which period they fall: that of their cell,
 * so that single events and totals are cut alike.
 */
export const eventsOnDay = (
  fields: Fields,
  { coarse }: KeptMetric,
  day: number,
  metric: string,
): readonly (SeriesEvent & { readonly instant: Micros })[] => {
  const isCoarse = hasDay(coarse, day);
  return eventsOf(fields, { day, metric }).map((each) => ({
    ...each,
    instant: isCoarse ? quarterOf(each.event.at) : each.event.at,
  }));
};

/** What the ledger keeps of single events; null when there never was one, or the metric is capped. */
export function singleEventsOf(
  metrics: Dict<MetricState>,
  metric: string,
): SingleEventsState | null {
  const state = get(metrics, metric);
  return state?.kind === 'kept' ? state.single : null;
}
