import { type KeptMetric, type MetricState, type SingleEventsState } from './usage-state.ts';

/** A metric that nothing is known of. */
export const NO_METRIC: KeptMetric = {
  kind: 'kept',
  series: {},
  days: [],
  coarse: [],
  single: null,
  pending: [],
};

export const NO_SINGLE_EVENTS: SingleEventsState = {
  days: [],
  full: [],
  carried: {},
  last_full_dropped: null,
  change_rows: 0,
  member_rows: 0,
};

/** The newest UTC day the metric was used; before all days when only a carried point is left of it. */
export const newestDay = (metric: MetricState): number =>
  metric.kind === 'capped' ? metric.newest_day : (metric.days.at(-1)?.[1] ?? -Infinity);

/** Something of the metric is never forgotten. */
export const stands = (metric: MetricState): boolean =>
  metric.kind === 'capped'
    ? metric.stands
    : metric.single !== null &&
      (metric.single.change_rows !== 0 || metric.single.member_rows !== 0);
