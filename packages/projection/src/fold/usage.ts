import {
  addToDay,
  dayOf,
  decodeDay,
  encodeDay,
  mergeAll,
  type Micros,
  newDay,
  QUARTER,
  replaceInDay,
  seriesText,
  slotInstant,
  type Totals,
  totalsOf,
} from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { get, put } from '../dict.ts';
import { type UsageEvent } from '../events.ts';
import { fingerprint } from '../fingerprint.ts';
import { type Settings } from '../settings.ts';
import { daysBetween, withDay } from '../state/day-ranges.ts';
import { addSighting, type Sighting } from '../state/entity.ts';
import { type MetricState, type UsageState } from '../state/state.ts';
import { type FieldCodec, fieldName, type Fields } from './fields.ts';
import { hourCodec, hourNumberCodec, hourOf, keptSince, type KeptUsage } from './usage-events.ts';

/** Above this many dimension combinations a metric cannot be answered for a customer: its lines are unavailable. */
export const SERIES_MAX = 200;
/** Metrics one customer may use; usage of a further one is parked. */
export const METRICS_MAX = 200;

export const cellsCodec: FieldCodec<ReturnType<typeof newDay>> = {
  decode: decodeDay,
  encode: encodeDay,
};

/** One addition to the ledger, for the running totals of the priced periods. */
export interface Addition {
  readonly at: Micros;
  readonly metric: string;
  readonly series: string;
  readonly totals: Totals;
}

export interface UsageFolded {
  readonly usage: UsageState;
  readonly outcome: 'applied' | 'late' | 'duplicate' | 'conflict';
  readonly additions: readonly Addition[];
  /** True when running totals cannot be kept by adding and must be summed from cells again. */
  readonly resum: boolean;
}

/**
 * Adds one usage event once. `judgedBy` is the mark that decides whether it is late: the present one,
 * or the one of the moment when the event was parked.
 */
export function foldUsage(
  usage: UsageState,
  fields: Fields,
  at: Coordinates,
  event: UsageEvent,
  judgedBy: Micros | null,
  settings: Settings,
): UsageFolded {
  const { timestamp } = event.usage;
  if (judgedBy !== null && judgedBy - timestamp > settings.dedupWindow) {
    return {
      usage: { ...usage, late: usage.late + 1 },
      outcome: 'late',
      additions: [],
      resum: false,
    };
  }
  const fact = keptFrom(event, sightingOf(at, event));
  const { usage: grown, metric, capped } = grow(usage, fields, fact);
  const known = findKept(fields, event.event_id, judgedBy, settings);
  if (known === null) {
    return add(grown, metric, fields, event.event_id, fact, { outcome: 'applied', resum: capped });
  }
  const { kept } = known;
  const [sighting] = fact.seen;
  const seen = addSighting(kept.seen, sighting);
  const outcome = kept.seen[0]?.content === sighting.content ? 'duplicate' : 'conflict';
  if (seen[0] !== sighting || outcome === 'duplicate') {
    known.hour.set(event.event_id, { ...kept, seen });
    fields.put(fieldName.hour(hourOf(kept.at)), hourCodec, known.hour);
    return { usage: grown, outcome, additions: [], resum: capped };
  }
  takeBack(grown, fields, event.event_id, kept);
  return add(grown, metric, fields, event.event_id, { ...fact, seen }, { outcome, resum: true });
}

const sightingOf = (at: Coordinates, event: UsageEvent): Sighting => ({
  partition: at.partition,
  offset: at.offset,
  content: fingerprint([event.event_type, event.usage]),
});

/**
 * The kept event with this id. Ids expire by whole days behind the mark of this event's moment; whether
 * an expired one was purged already depends on batching, so it is dropped here if it was not.
 */
function findKept(fields: Fields, id: string, judgedBy: Micros | null, settings: Settings) {
  const number = fields.open(fieldName.eventId(id), hourNumberCodec);
  if (number === null) return null;
  const hour = fields.open(fieldName.hour(number), hourCodec);
  const kept = hour?.get(id);
  if (hour === null || kept === undefined) return null;
  if (judgedBy === null || dayOf(kept.at) >= keptSince(judgedBy, settings)) return { hour, kept };
  hour.delete(id);
  fields.put(fieldName.hour(number), hourCodec, hour);
  return null;
}

function keptFrom(event: UsageEvent, sighting: Sighting) {
  const fact = event.usage;
  const series = seriesText({
    kind: fact.kind,
    scope: fact.subscription_external_id,
    dimensions: fact.dimensions,
  });
  return {
    at: fact.timestamp,
    metric: fact.metric_code,
    series,
    value: fact.value,
    amount: fact.amount_cents,
    seen: [sighting] as const,
  };
}

/**
 * Mark, days and series grow by every event that is not late, counted or not: which of two conflicting
 * events counts may change later, what was seen does not.
 */
function grow(usage: UsageState, fields: Fields, fact: KeptUsage) {
  const day = dayOf(fact.at);
  const { metric, capped } = growMetric(usage, fields, fact, day);
  return {
    metric,
    capped,
    usage: {
      ...usage,
      mark: usage.mark === null || fact.at > usage.mark ? fact.at : usage.mark,
      kept_days: withDay(usage.kept_days, day),
      metrics: put(usage.metrics, fact.metric, metric),
    },
  };
}

/** The metric with this series and day in it; `capped` says that this series was one too many. */
function growMetric(
  usage: UsageState,
  fields: Fields,
  fact: KeptUsage,
  day: number,
): { readonly metric: MetricState; readonly capped: boolean } {
  const before = get(usage.metrics, fact.metric);
  if (before === undefined && Object.keys(usage.metrics).length >= METRICS_MAX) {
    throw new RangeError(`more than ${METRICS_MAX} metrics: ${fact.metric} is one too many`);
  }
  const metric = before ?? { series: [], days: [] };
  if ('capped' in metric) return { metric, capped: false };
  const days = withDay(metric.days, day);
  if (metric.series.includes(fact.series)) {
    return { metric: days === metric.days ? metric : { ...metric, days }, capped: false };
  }
  if (metric.series.length >= SERIES_MAX) {
    for (const old of daysBetween(metric.days, -Infinity, Infinity)) {
      fields.remove(fieldName.cells(old, fact.metric));
    }
    return { metric: { capped: true }, capped: true };
  }
  return { metric: { series: [...metric.series, fact.series].sort(), days }, capped: false };
}

function add(
  usage: UsageState,
  metric: MetricState,
  fields: Fields,
  id: string,
  fact: KeptUsage,
  so: Pick<UsageFolded, 'outcome' | 'resum'>,
): UsageFolded {
  const number = hourOf(fact.at);
  const hour = fields.open(fieldName.hour(number), hourCodec) ?? new Map<string, KeptUsage>();
  hour.set(id, fact);
  fields.put(fieldName.hour(number), hourCodec, hour);
  fields.put(fieldName.eventId(id), hourNumberCodec, number);
  if ('capped' in metric) return { usage, additions: [], ...so };

  const day = dayOf(fact.at);
  const name = fieldName.cells(day, fact.metric);
  const cells = fields.open(name, cellsCodec) ?? newDay();
  const totals = totalsOf(fact.value, fact.amount);
  const coarsened = addToDay(cells, fact.at, fact.series, totals);
  fields.put(name, cellsCodec, cells);
  const at = slotInstant(cells, fact.at);
  return {
    usage,
    outcome: so.outcome,
    additions: [{ at, metric: fact.metric, series: fact.series, totals }],
    resum: so.resum || (coarsened && cutsInside(usage, day)),
  };
}

/** Removes one kept event and makes its cell again from the other kept events of that cell. */
function takeBack(usage: UsageState, fields: Fields, id: string, kept: KeptUsage): void {
  const number = hourOf(kept.at);
  const hour = fields.open(fieldName.hour(number), hourCodec);
  hour?.delete(id);
  if (hour === null || hour.size === 0) fields.remove(fieldName.hour(number));
  else fields.put(fieldName.hour(number), hourCodec, hour);
  fields.remove(fieldName.eventId(id));

  const metric = get(usage.metrics, kept.metric);
  if (metric === undefined || 'capped' in metric) return;
  const name = fieldName.cells(dayOf(kept.at), kept.metric);
  const cells = fields.open(name, cellsCodec);
  if (cells === null) return;
  const slot = slotInstant(cells, kept.at);
  const others = [...(hour ?? new Map<string, KeptUsage>()).values()].filter(
    (other) =>
      other.metric === kept.metric &&
      other.series === kept.series &&
      slotInstant(cells, other.at) === slot,
  );
  const rest = mergeAll(others.map((other) => totalsOf(other.value, other.amount)));
  replaceInDay(cells, kept.at, kept.series, rest);
  fields.put(name, cellsCodec, cells);
}

/** Does a priced period begin or end inside a quarter-hour of this day? Then its totals move when the day is coarsened. */
function cutsInside(usage: UsageState, day: number): boolean {
  return Object.values(usage.periods)
    .flat()
    .flatMap((period) => [period.from, period.end])
    .some((bound) => dayOf(bound) === day && bound % QUARTER !== 0);
}
