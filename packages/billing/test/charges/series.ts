import {
  type Carried,
  type Measured,
  decimal,
  mergeAll,
  type Micros,
  MICROS_PER_DAY,
  micros,
  type Period,
  type SingleEvent,
  type Totals,
  totalsOf,
  usageOf,
  type UsageSeries,
} from '../../src/index.ts';
import { instant } from '../cycles.ts';

/** Thirty days. */
export const PERIOD: Period = {
  start: instant('2026-11-01T00:00:00Z'),
  end: instant('2026-12-01T00:00:00Z'),
};

/** So many days after the period's start; before it when negative. */
export const onDay = (days: number): Micros => micros(PERIOD.start + days * MICROS_PER_DAY);

/** Totals of counter events with these values. */
export const totalsOfAll = (count: number, sum: string, max: string): Totals => ({
  count,
  sum,
  max,
  amount: '0',
  priced: 0,
});

/** `count` counter events; their largest value is taken to be their sum. */
export const series = (
  dimensions: Record<string, string>,
  count: number,
  sum: string,
): UsageSeries => ({
  kind: 'counter',
  scope: null,
  dimensions,
  totals: totalsOfAll(count, sum, sum),
  events: [],
  carried: null,
});

/** A point of 0 at the start of the period, unless told otherwise. */
export const aPoint = (changes: Partial<SingleEvent> = {}): SingleEvent => ({
  at: PERIOD.start,
  id: 'event',
  value: '0',
  amount: null,
  key: null,
  ...changes,
});

/** A point a day with these values. */
export const daily = (...values: readonly string[]): readonly SingleEvent[] =>
  values.map((value, day) => aPoint({ at: onDay(day), id: `event-${day}`, value }));

/** Carries this point into the period. */
export const carrying = (event: SingleEvent): Carried => ({ kind: 'point', event });

/** One series of these events, none of any other dimensions. */
export const seriesOf = (
  kind: UsageSeries['kind'],
  events: readonly SingleEvent[],
  rest: Partial<UsageSeries> = {},
): UsageSeries => ({
  kind,
  scope: null,
  dimensions: {},
  totals: mergeAll(events.map(({ value, amount }) => totalsOf(value, amount))),
  events: kind === 'counter' ? [] : events,
  carried: null,
  ...rest,
});

/** So many units of no event in particular. */
export const unitsAlone = (units: string): Measured => ({
  aggregation: 'sum',
  recurring: false,
  units: decimal(units),
  usage: usageOf([]),
});
