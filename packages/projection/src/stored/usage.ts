import {
  type CappedMetric,
  type EventIds,
  type KeptMetric,
  type KeptPeriods,
  type MetricState,
  type SingleEventsState,
  type SeriesDays,
  type UsageConflict,
  type UsagePeriod,
  type UsageState,
  type UsageWindow,
} from '../state/usage-state.ts';
import { type DayRanges } from '../state/day-ranges.ts';
import {
  type Codec,
  dict,
  flag,
  list,
  listOf,
  micros,
  nullable,
  number,
  refuse,
  row,
} from './codec.ts';
import { sighting } from './entities.ts';
import { eventPriced } from './event-priced.ts';
import { singleEvent } from './single-events.ts';
import { totals } from './totals.ts';

/** Two numbers. */
const span: Codec<readonly [number, number]> = {
  encode: (pair) => pair,
  decode: (stored) => {
    const [first, last] = listOf(stored, 2);
    return [number.decode(first), number.decode(last)];
  },
};

const days: Codec<DayRanges> = list(span);

const single = row<SingleEventsState>({
  change_rows: nullable(number),
  member_rows: nullable(number),
  days,
  carried: dict(singleEvent),
  full: days,
  last_full_dropped: nullable(number),
});

const keptMetric = row<Omit<KeptMetric, 'kind'>>({
  series: dict<SeriesDays>(span),
  days,
  single: nullable(single),
  coarse: days,
  pending: days,
});

const cappedMetric = row<Omit<CappedMetric, 'kind'>>({
  newest_day: number,
  stands: flag,
  pending: days,
});

const metric: Codec<MetricState> = {
  encode: (value) =>
    value.kind === 'kept' ? ['k', keptMetric.encode(value)] : ['c', cappedMetric.encode(value)],
  decode: (stored) => {
    const [letter, own] = listOf(stored, 2);
    if (letter === 'k') return { kind: 'kept', ...keptMetric.decode(own) };
    if (letter === 'c') return { kind: 'capped', ...cappedMetric.decode(own) };
    return refuse('neither k nor c');
  },
};

/** It begins where it starts, unless it is cut. */
const period: Codec<UsagePeriod> = {
  encode: ({ start, end, from }) => (from === start ? [start, end] : [start, end, from]),
  decode: (stored) => {
    const [start, end, from = start] = listOf(stored);
    return { start: micros.decode(start), end: micros.decode(end), from: micros.decode(from) };
  },
};

export const usage: Codec<UsageState> = row<UsageState>({
  newest_days: list(number),
  ids: row<EventIds>({ rows: number, shards: number, swept: number }),
  purge_step: number,
  metrics: dict(metric),
  kept: dict(
    row<KeptPeriods>({
      from: micros,
      periods: list(period),
      until: nullable(micros),
      uncut: nullable(period),
    }),
  ),
  windows: dict(row<UsageWindow>({ newest: nullable(micros), totals: dict(dict(totals)) })),
  event_priced: dict(eventPriced),
  conflicts: dict(row<UsageConflict>({ at: micros, seen: list(sighting) })),
  trimmed_at: nullable(micros),
});
