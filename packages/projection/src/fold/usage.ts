import {
  addToDay,
  dayOf,
  type DayCells,
  decodeDay,
  encodeDay,
  mergeAll,
  type Micros,
  newDay,
  QUARTER,
  replaceInDay,
  seeInDay,
  slotInstant,
  type Totals,
  totalsOf,
} from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { get, put } from '../dict.ts';
import { type UsageEvent } from '../events.ts';
import { type Settings } from '../settings.ts';
import { withDay } from '../state/day-ranges.ts';
import { addSighting, type Sighting } from '../state/entity.ts';
import { type UsageState } from '../state/state.ts';
import { type FieldCodec, fieldName, type Fields } from './fields.ts';
import { fileId } from './event-ids.ts';
import { growMetric } from './metrics.ts';
import { emptyRaw, fileRaw, isRaw } from './raw-usage.ts';
import { recentConflicts, withConflict } from './usage-conflicts.ts';
import {
  findKept,
  isExpired,
  keptCodec,
  keptFrom,
  type KeptUsage,
  othersOf,
} from './usage-events.ts';

export const cellsCodec: FieldCodec<DayCells> = { decode: decodeDay, encode: encodeDay };

/** An event as the ledger takes it. */
type Fact = KeptUsage & { readonly key: string | null };

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
    const late = { ...usage, late: usage.late + 1 };
    return { usage: late, outcome: 'late', additions: [], resum: false };
  }
  const { event_id: id } = event;
  const fact = keptFrom(at, event);
  const { usage: grown, capped } = grow(usage, fields, fact, settings);
  const known = findKept(fields, id);
  if (known === null || isExpired(known, judgedBy, settings)) {
    // The day of an expired one may still be purged: it must leave this one alone.
    if (known !== null) fileId(fields, dayOf(known.at), id, true);
    return add(grown, fields, id, fact, { outcome: 'applied', resum: capped });
  }
  const days = [dayOf(known.at), dayOf(fact.at)];
  if (days[0] !== days[1]) for (const day of days) fileId(fields, day, id, true);
  const [sighting] = fact.seen;
  const seen = addSighting(known.seen, sighting);
  const outcome = known.seen[0]?.content === sighting.content ? 'duplicate' : 'conflict';
  const noted = noteConflict(grown, id, [known.at, fact.at], seen);
  if (seen[0] !== sighting || outcome === 'duplicate') {
    fields.put(fieldName.event(id), keptCodec, { ...known, seen });
    const raw = fileEvent(noted, fields, id, fact, false);
    const coarsened = outcome === 'conflict' && seeCell(noted, fields, fact);
    return { usage: raw.usage, outcome, additions: [], resum: capped || raw.full || coarsened };
  }
  takeBack(noted, fields, id, known);
  return add(noted, fields, id, { ...fact, seen }, { outcome, resum: true });
}

function noteConflict(
  usage: UsageState,
  id: string,
  timestamps: readonly Micros[],
  seen: readonly Sighting[],
): UsageState {
  if (seen.length < 2) return usage;
  return { ...usage, conflicts: withConflict(usage.conflicts, id, timestamps, seen) };
}

/**
 * Mark, days and series grow by every event that is not late, counted or not: which of two conflicting
 * events counts may change later, what was seen does not.
 */
function grow(usage: UsageState, fields: Fields, fact: KeptUsage, settings: Settings) {
  const mark = usage.mark === null || fact.at > usage.mark ? fact.at : usage.mark;
  const { metrics, capped } = growMetric(usage.metrics, fields, fact, mark, settings);
  const conflicts = recentConflicts(usage.conflicts, mark, settings);
  const kept_days = withDay(usage.kept_days, dayOf(fact.at));
  return { capped, usage: { ...usage, mark, kept_days, metrics, conflicts } };
}

function add(
  usage: UsageState,
  fields: Fields,
  id: string,
  fact: Fact,
  so: Pick<UsageFolded, 'outcome' | 'resum'>,
): UsageFolded {
  const day = dayOf(fact.at);
  fields.put(fieldName.event(id), keptCodec, fact);
  fileId(fields, day, id, false);
  const metric = get(usage.metrics, fact.metric);
  if (metric === undefined || 'capped' in metric) return { usage, additions: [], ...so };

  const name = fieldName.cells(day, fact.metric);
  const cells = fields.open(name, cellsCodec) ?? newDay();
  const totals = totalsOf(fact.value, fact.amount);
  const coarsened = addToDay(cells, fact.at, fact.series, totals);
  fields.put(name, cellsCodec, cells);
  const at = slotInstant(cells, fact.at);
  const raw = fileEvent(usage, fields, id, fact, true);
  return {
    usage: raw.usage,
    outcome: so.outcome,
    additions: [{ at, metric: fact.metric, series: fact.series, totals }],
    resum: so.resum || raw.full || (coarsened && cutsInside(usage, day)),
  };
}

/** The instant of an event that does not count is seen all the same: which of two came first must not matter. */
function seeCell(usage: UsageState, fields: Fields, { metric: code, at }: Fact): boolean {
  const metric = get(usage.metrics, code);
  if (metric === undefined || 'capped' in metric) return false;
  const name = fieldName.cells(dayOf(at), code);
  const cells = fields.open(name, cellsCodec) ?? newDay();
  const coarsened = seeInDay(cells, at);
  fields.put(name, cellsCodec, cells);
  return coarsened;
}

/** Points and unique events are kept one by one beside their cells. */
function fileEvent(usage: UsageState, fields: Fields, id: string, fact: Fact, counts: boolean) {
  const metric = get(usage.metrics, fact.metric);
  if (metric === undefined || 'capped' in metric || metric.raw === null || !isRaw(fact.series)) {
    return { usage, full: false };
  }
  const { raw, full } = fileRaw(metric.raw, fields, id, fact, counts);
  const metrics = put(usage.metrics, fact.metric, { ...metric, raw });
  return { usage: { ...usage, metrics }, full };
}

/**
 * Takes one counted event out of its cell, which is made again from the other events of that cell: a
 * maximum cannot be subtracted from. It walks the day, which only a parked event that came back, or a
 * producer that moved between partitions, can ask for.
 */
function takeBack(usage: UsageState, fields: Fields, id: string, kept: KeptUsage): void {
  const metric = get(usage.metrics, kept.metric);
  if (metric === undefined || 'capped' in metric) return;
  const day = dayOf(kept.at);
  if (metric.raw !== null) emptyRaw(metric.raw, fields, id, kept);
  const name = fieldName.cells(day, kept.metric);
  const cells = fields.open(name, cellsCodec);
  if (cells === null) return;
  const slot = slotInstant(cells, kept.at);
  const others = othersOf(fields, day, id).filter(
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
