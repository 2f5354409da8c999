import {
  addToDay,
  dayOf,
  type Micros,
  newDay,
  QUARTER,
  slotInstant,
  type Totals,
  totalsOf,
} from '@portal/billing';
import { type Coordinates } from '../../coordinates.ts';
import { get, put } from '../../dict.ts';
import { type UsageEvent } from '../../events.ts';
import { type Settings } from '../../settings.ts';
import { hasDay, withDay } from '../../state/day-ranges.ts';
import { firstKeptDayOf, withUsageOn } from '../../state/retention.ts';
import { type UsageState } from '../../state/usage-state.ts';
import { cellsCodec } from '../../stored/cells.ts';
import { seeEvent } from './event-ids.ts';
import { type Fact, factOf } from '../fact.ts';
import { fieldName, type Fields, openWhere } from '../fields.ts';
import { carryLate } from './late-points.ts';
import { growMetric } from './metrics.ts';
import { fileEvent, isSingle } from '../kinds/single-events.ts';
import { recentConflicts, withConflict } from './conflicts.ts';

/** What one event changed in the ledger, for the running totals and prices of the kept periods. */
export interface UsageChange {
  readonly at: Micros;
  readonly metric: string;
  readonly series: string;
  /** null of a late point, which is carried and counts in no period of its own. */
  readonly totals: Totals | null;
}

export interface UsageFolded {
  readonly usage: UsageState;
  readonly outcome: 'applied' | 'late' | 'duplicate' | 'conflict';
  readonly changes: readonly UsageChange[];
  /** True when running totals cannot be kept by adding and must be summed from cells again. */
  readonly recount: boolean;
}

const still = (usage: UsageState, outcome: UsageFolded['outcome']): UsageFolded => ({
  usage,
  outcome,
  changes: [],
  recount: false,
});

/**
 * Adds one usage event once, in whatever order it comes. Under one id the first that is folded counts; what comes with
 * another content is told as a conflict and changes nothing else. Older usage than the ledger keeps is late.
 */
export function foldUsage(
  usage: UsageState,
  fields: Fields,
  at: Coordinates,
  event: UsageEvent,
  settings: Settings,
): UsageFolded {
  const fact = factOf(event);
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  if (dayOf(fact.at) < firstKeptDay) {
    const metrics = carryLate(usage.metrics, fact);
    if (metrics === usage.metrics) return still(usage, 'late');
    const changes = [{ at: fact.at, metric: fact.metric, series: fact.series, totals: null }];
    return { ...still({ ...usage, metrics }, 'late'), changes };
  }
  const { ids, seen } = seeEvent(usage.ids, fields, fact, firstKeptDay);
  switch (seen) {
    case 'new':
      return add({ ...usage, ids }, fields, fact, settings);
    case 'duplicate':
      return still(usage, 'duplicate');
    case 'conflict': {
      const { partition, offset } = at;
      const conflicts = withConflict(usage.conflicts, fact, {
        partition,
        offset,
        content: fact.content,
      });
      return still({ ...usage, conflicts }, 'conflict');
    }
    default:
      return seen satisfies never;
  }
}

function add(before: UsageState, fields: Fields, fact: Fact, settings: Settings): UsageFolded {
  const day = dayOf(fact.at);
  const newest_days = withUsageOn(before.newest_days, day);
  const firstKeptDay = firstKeptDayOf(newest_days, settings);
  const { metrics, capped } = growMetric(before.metrics, fields, fact, firstKeptDay);
  const usage = {
    ...before,
    newest_days,
    metrics,
    conflicts: recentConflicts(before.conflicts, firstKeptDay),
  };
  const metric = get(metrics, fact.metric);
  if (metric === undefined || metric.kind === 'capped') {
    return { ...still(usage, 'applied'), recount: capped };
  }

  const name = fieldName.cells(day, fact.metric);
  const known = get(before.metrics, fact.metric);
  const isThere = known?.kind === 'kept' && hasDay(known.days, day);
  const cells = openWhere(isThere, fields, name, cellsCodec) ?? newDay();
  const totals = totalsOf(fact.value, fact.amount);
  const coarsened = addToDay(cells, fact.at, fact.series, totals);
  fields.put(name, cellsCodec, cells);
  const at = slotInstant(cells, fact.at);
  const changes = [{ at, metric: fact.metric, series: fact.series, totals }];
  const recount = capped || (coarsened && cutsInside(usage, day));
  const coarse = cells.exact ? metric.coarse : withDay(metric.coarse, day);
  // Points, changes and unique events are kept one by one beside their cells.
  const single =
    metric.single === null || !isSingle(fact.series)
      ? metric.single
      : fileEvent(metric.single, fields, fact);
  if (coarse === metric.coarse && single === metric.single)
    return { usage, outcome: 'applied', changes, recount };
  const filed = { ...usage, metrics: put(metrics, fact.metric, { ...metric, coarse, single }) };
  return { usage: filed, outcome: 'applied', changes, recount };
}

/** Does a kept period begin or end inside a quarter-hour of this day? Then its totals move when the day is coarsened. */
function cutsInside({ kept }: UsageState, day: number): boolean {
  return Object.values(kept)
    .flatMap(({ periods, uncut }) => (uncut === null ? periods : [...periods, uncut]))
    .flatMap((period) => [period.from, period.end])
    .some((bound) => dayOf(bound) === day && bound % QUARTER !== 0);
}
