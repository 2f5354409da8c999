import { addToDay, dayOf, newDay, QUARTER, slotInstant, totalsOf } from '@portal/billing';
import { type Coordinates } from '../../coordinates.ts';
import { get } from '../../dict.ts';
import { type UsageEvent } from '../../events.ts';
import { hasDay, withDay } from '../../state/day-ranges.ts';
import { firstKeptDayOf, withUsageOn } from '../../state/retention.ts';
import { type UsageState } from '../../state/usage-state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { seeEvent } from './event-ids.ts';
import { type Fact, factOf } from '../fact.ts';
import { changeUsage, type Draft } from '../draft.ts';
import { fieldName, openWhere } from '../fields.ts';
import { carryLate } from './late-points.ts';
import { growMetric } from './metrics.ts';
import { fileEvent, isSingle } from '../kinds/single-events.ts';
import { recentConflicts, withConflict } from './conflicts.ts';

type UsageOutcome = 'applied' | 'late' | 'duplicate' | 'conflict';

/**
 * Adds one usage event once, in whatever order it comes. Under one id the first that is folded counts; what comes with
 * another content is told as a conflict and changes nothing else. Older usage than the ledger keeps is late.
 */
export function foldUsage(
  draft: Draft,
  at: Coordinates,
  event: UsageEvent,
  firstKeptDay: number,
): UsageOutcome {
  const { fields } = draft;
  const fact = factOf(event);
  const { usage } = draft.state;
  if (dayOf(fact.at) < firstKeptDay) {
    const metrics = carryLate(usage.metrics, fact);
    if (metrics === usage.metrics) return 'late';
    changeUsage(draft).metrics = metrics;
    draft.changes.push({ at: fact.at, metric: fact.metric, series: fact.series, totals: null });
    return 'late';
  }
  const { ids, seen } = seeEvent(usage.ids, fields, fact, firstKeptDay);
  switch (seen) {
    case 'new':
      changeUsage(draft).ids = ids;
      add(draft, fact);
      return 'applied';
    case 'duplicate':
      return 'duplicate';
    case 'conflict': {
      const { partition, offset } = at;
      const { content } = fact;
      const sighting = { partition, offset, content };
      changeUsage(draft).conflicts = withConflict(usage.conflicts, fact, sighting);
      return 'conflict';
    }
    default:
      return seen satisfies never;
  }
}

function add(draft: Draft, fact: Fact): void {
  const { fields, owned } = draft;
  const usage = changeUsage(draft);
  const day = dayOf(fact.at);
  const known = get(usage.metrics, fact.metric);
  const isThere = known?.kind === 'kept' && hasDay(known.days, day);
  usage.newest_days = withUsageOn(usage.newest_days, day);
  const firstKeptDay = firstKeptDayOf(usage.newest_days, draft.settings);
  const metric = growMetric(draft, fact, firstKeptDay);
  usage.conflicts = recentConflicts(usage.conflicts, firstKeptDay);
  if (metric.kind === 'capped') return;

  const name = fieldName.cells(day, fact.metric);
  const cells = openWhere(isThere, fields, name, cellsCodec) ?? newDay();
  const totals = totalsOf(fact.value, fact.amount);
  const coarsened = addToDay(cells, fact.at, fact.series, totals);
  fields.put(name, cellsCodec, cells);
  const at = slotInstant(cells, fact.at);
  draft.changes.push({ at, metric: fact.metric, series: fact.series, totals });
  draft.recount ||= coarsened && cutsInside(usage, day);
  const coarse = cells.exact ? metric.coarse : withDay(metric.coarse, day);
  // Points, changes and unique events are kept one by one beside their cells.
  const single =
    metric.single === null || !isSingle(fact.series)
      ? metric.single
      : fileEvent(metric.single, fields, fact);
  if (coarse === metric.coarse && single === metric.single) return;
  usage.metrics = owned.put(usage.metrics, fact.metric, { ...metric, coarse, single });
}

/** Does a kept period begin or end inside a quarter-hour of this day? Then its totals move when the day is coarsened. */
function cutsInside({ kept }: UsageState, day: number): boolean {
  return Object.values(kept)
    .flatMap(({ periods, uncut }) => (uncut === null ? periods : [...periods, uncut]))
    .flatMap((period) => [period.from, period.end])
    .some((bound) => dayOf(bound) === day && bound % QUARTER !== 0);
}
