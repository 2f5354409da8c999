import {
  type Cycle,
  dayOf,
  dayStart,
  localDate,
  type Micros,
  type Period,
  settledPeriodAt,
  settledPeriodBefore,
  startOfLocalDay,
  uncutPeriod,
} from '@portal/billing';
import { fromEntries, get } from '../../dict.ts';
import { type SubscriptionSnapshot } from '../../events.ts';
import { type Settings } from '../../settings.ts';
import { type DayRanges } from '../../state/day-ranges.ts';
import { endOfMark, firstKeptDayOf, markOf } from '../../state/retention.ts';
import { customerZone, type State } from '../../state/state.ts';
import { type KeptPeriods, type UsagePeriod, type UsageState } from '../../state/usage-state.ts';
import { cycleOf, isListed, startOf, trialBaseOf } from '../../state/subscription.ts';
import { type Fields } from '../fields.ts';
import { type UsageChange } from '../usage/usage.ts';
import { isIn } from '../../state/period.ts';
import { createWindows, type Windows } from './windows.ts';

/** Later periods with usage that are kept beside that of the mark: a wrong clock must not cost memory without end. */
export const LATER_PERIODS_MAX = 4;
/** Periods before that of the mark. */
const EARLIER_PERIODS = 2;

/** Brings the kept periods of every subscription, and their running totals, up to date after a batch. */
export function settlePeriods(
  before: State,
  after: State,
  fields: Fields,
  changes: readonly UsageChange[],
  recount: boolean,
  settings: Settings,
): UsageState {
  const { usage } = after;
  const mark = markOf(usage.newest_days);
  if (mark === null) return usage;
  const windows = createWindows(before.usage, usage, fields, changes, recount);
  const isSameLedger =
    !recount &&
    customerZone(before) === customerZone(after) &&
    markOf(before.usage.newest_days) === mark &&
    firstKeptDayOf(before.usage.newest_days, settings) ===
      firstKeptDayOf(usage.newest_days, settings);
  const kept = Object.values(after.subscriptions).flatMap(({ snapshot }) => {
    if (snapshot === null || !isListed(snapshot)) return [];
    const known = get(before.usage.kept, snapshot.id);
    const isSame =
      known !== undefined &&
      isSameLedger &&
      before.subscriptions[snapshot.id] === after.subscriptions[snapshot.id] &&
      changes.every(({ at, totals }) => totals === null || isCovered(known, at));
    const periods = isSame ? known : periodsOf(after, snapshot, windows, settings);
    return [[snapshot.id, periods] as const];
  });
  const all = kept.flatMap(([, { periods, uncut }]) =>
    uncut === null ? periods : [...periods, uncut],
  );
  return { ...usage, kept: fromEntries(kept), windows: windows.kept(all) };
}

/** Usage at this instant can only be added to a window that is there. */
function isCovered({ from, until, periods }: KeptPeriods, at: Micros): boolean {
  if (at < from || (until !== null && at >= until)) return true;
  return periods.some((period) => isIn(period, at));
}

function periodsOf(
  state: State,
  snapshot: SubscriptionSnapshot,
  windows: Windows,
  settings: Settings,
): KeptPeriods {
  const { usage } = state;
  const zone = zoneOf(state, snapshot, settings);
  const cycle = cycleOf(snapshot, zone);
  const began = beganOf(state, snapshot, settings);
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const cut = ({ start, end }: Period): UsagePeriod => ({ start, end, from: larger(start, began) });
  const holdsUsage = (period: UsagePeriod): boolean =>
    period.from < period.end && windows.of(period).newest !== null;

  const mark = endOfMark(usage.newest_days) ?? began;
  const span = spanAround(cycle, mark)
    .map(cut)
    .filter(({ from }) => dayOf(from) >= firstKeptDay);
  const ofMark = settledPeriodAt(cycle, mark);
  const from = span[0]?.start ?? ofMark.end;
  const later = laterPeriods(usage, cycle, ofMark.end, (period) => holdsUsage(cut(period)));
  const until = later[LATER_PERIODS_MAX]?.start ?? null;
  const uncut = uncutPeriod(cycle);
  const isUncutKept =
    uncut !== null &&
    uncut.start >= from &&
    (until === null || uncut.end <= until) &&
    cut(uncut).from < uncut.end;
  return {
    from,
    until,
    periods: [...span.filter(holdsUsage), ...later.slice(0, LATER_PERIODS_MAX).map(cut)],
    uncut: isUncutKept ? cut(uncut) : null,
  };
}

/** The period that holds the mark and those before it, oldest first. */
function spanAround(cycle: Cycle, mark: Micros): readonly Period[] {
  const span = [settledPeriodAt(cycle, mark)];
  for (let count = 0; count < EARLIER_PERIODS; count += 1) {
    const [oldest] = span;
    if (oldest !== undefined) span.unshift(settledPeriodBefore(cycle, oldest));
  }
  return span;
}

/** Periods from an instant on that hold usage: as many as are kept, and one more. Passes by what is empty. */
function laterPeriods(
  usage: UsageState,
  cycle: Cycle,
  begin: Micros,
  holdsUsage: (period: Period) => boolean,
): readonly Period[] {
  const found: Period[] = [];
  const days = Object.values(usage.metrics).flatMap((each) =>
    each.kind === 'kept' ? [each.days] : [],
  );
  let from = begin;
  while (found.length <= LATER_PERIODS_MAX) {
    const day = firstDayFrom(days, dayOf(from));
    if (day === null) break;
    const period = settledPeriodAt(cycle, larger(from, dayStart(day)));
    if (holdsUsage(period)) found.push(period);
    from = period.end;
  }
  return found;
}

function firstDayFrom(all: readonly DayRanges[], from: number): number | null {
  const firsts = all.flatMap((days) => {
    const range = days.find(([, last]) => last >= from);
    return range === undefined ? [] : [Math.max(range[0], from)];
  });
  return firsts.length === 0 ? null : Math.min(...firsts);
}

const larger = (a: Micros, b: Micros): Micros => (a > b ? a : b);

/** Where the periods without usage begin, each time up to the next period with usage; the last one has no end. */
export function gapsOf({ from, periods }: KeptPeriods): readonly Micros[] {
  const gaps: Micros[] = [];
  let end = from;
  for (const period of periods) {
    if (period.start > end) gaps.push(end);
    end = period.end;
  }
  return [...gaps, end];
}

/** Usage before the local day on which a subscription begins does not count for it. */
export function beganOf(
  state: State,
  subscription: SubscriptionSnapshot,
  settings: Settings,
): Micros {
  const zone = zoneOf(state, subscription, settings);
  return startOfLocalDay(localDate(startOf(subscription), zone), zone);
}

/** The local day from which on usage is carried into a subscription's periods: a change of plan keeps it. */
export function spanFromOf(
  state: State,
  subscription: SubscriptionSnapshot,
  settings: Settings,
): Micros {
  const zone = zoneOf(state, subscription, settings);
  return startOfLocalDay(localDate(trialBaseOf(subscription), zone), zone);
}

const zoneOf = (state: State, subscription: SubscriptionSnapshot, settings: Settings): string =>
  subscription.timezone ?? customerZone(state) ?? settings.defaultTimezone;
