import { dayOf, dayStart, type Micros } from '@portal/billing';
import { fromEntries, get } from '../../dict.ts';
import { type SubscriptionSnapshot } from '../../events.ts';
import { type Settings } from '../../settings.ts';
import { newestDay } from '../../state/metric.ts';
import { isIn } from '../../state/period.ts';
import { endOfMark, firstKeptDayOf, markOf } from '../../state/retention.ts';
import { customerZone, type State } from '../../state/state.ts';
import { isListed } from '../../state/subscription.ts';
import {
  type KeptPeriods,
  type MetricState,
  type UsagePeriod,
  type UsageState,
} from '../../state/usage-state.ts';
import { changeUsage, type Draft } from '../draft.ts';
import { type Calendar, calendarOf } from './calendar.ts';
import { createWindows, type Windows } from './windows.ts';

/** Later periods with usage that are kept beside that of the mark: a wrong clock must not cost memory without end. */
export const LATER_PERIODS_MAX = 4;
/** Periods before that of the mark. */
const EARLIER_PERIODS = 2;

/** Brings the kept periods of every subscription, and their running totals, up to date after a batch. */
export function settlePeriods(draft: Draft): void {
  const { base, state, changes, settings } = draft;
  const usage = changeUsage(draft);
  const mark = markOf(usage.newest_days);
  if (mark === null) return;
  const windows = createWindows(draft);
  const isSameLedger =
    !draft.recount &&
    customerZone(base) === customerZone(state) &&
    markOf(base.usage.newest_days) === mark &&
    firstKeptDayOf(base.usage.newest_days, settings) ===
      firstKeptDayOf(usage.newest_days, settings);
  const kept: (readonly [id: string, KeptPeriods])[] = [];
  const all: UsagePeriod[] = [];
  for (const { snapshot } of Object.values(state.subscriptions)) {
    if (snapshot === null || !isListed(snapshot)) continue;
    const known = get(base.usage.kept, snapshot.id);
    const isSame =
      known !== undefined &&
      isSameLedger &&
      base.subscriptions[snapshot.id] === state.subscriptions[snapshot.id] &&
      changes.every(({ at, totals }) => totals === null || isCovered(known, at));
    const found = isSame ? known : periodsOf(state, snapshot, windows, settings);
    const own = known !== undefined && isEqual(known, found) ? known : found;
    kept.push([snapshot.id, own]);
    all.push(...own.periods);
    if (own.uncut !== null) all.push(own.uncut);
  }
  usage.kept = fromEntries(kept);
  usage.windows = windows.kept(all);
}

/** Usage at this instant can only be added to a window that is there. */
function isCovered({ from, until, periods }: KeptPeriods, at: Micros): boolean {
  if (at < from || (until !== null && at >= until)) return true;
  return periods.some((period) => isIn(period, at));
}

const isEqual = (a: KeptPeriods, b: KeptPeriods): boolean =>
  a === b ||
  (a.from === b.from &&
    a.until === b.until &&
    a.periods.length === b.periods.length &&
    a.periods.every((period, index) => isSamePeriod(period, b.periods[index])) &&
    (a.uncut === b.uncut || (a.uncut !== null && isSamePeriod(a.uncut, b.uncut))));

const isSamePeriod = (a: UsagePeriod, b: UsagePeriod | null | undefined): boolean =>
  a === b || (a.start === b?.start && a.end === b.end && a.from === b.from);

function periodsOf(
  state: State,
  snapshot: SubscriptionSnapshot,
  windows: Windows,
  settings: Settings,
): KeptPeriods {
  const { usage } = state;
  const calendar = calendarIn(state, snapshot, settings);
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const holdsUsage = (period: UsagePeriod): boolean =>
    period.from < period.end && windows.of(period).newest !== null;

  const mark = endOfMark(usage.newest_days) ?? calendar.began;
  const ofMark = calendar.periodAt(mark);
  const span = spanUpTo(calendar, ofMark).filter(({ from }) => dayOf(from) >= firstKeptDay);
  const from = span[0]?.start ?? ofMark.end;
  const later = laterPeriods(usage, calendar, ofMark.end, holdsUsage);
  const until = later[LATER_PERIODS_MAX]?.start ?? null;
  const { uncut } = calendar;
  const isUncutKept =
    uncut !== null && uncut.start >= from && (until === null || uncut.end <= until);
  return {
    from,
    until,
    periods: [...span.filter(holdsUsage), ...later.slice(0, LATER_PERIODS_MAX)],
    uncut: isUncutKept ? uncut : null,
  };
}

/** The period and those before it, oldest first. */
function spanUpTo(calendar: Calendar, last: UsagePeriod): readonly UsagePeriod[] {
  const span = [last];
  for (let count = 0; count < EARLIER_PERIODS; count += 1) {
    span.unshift(calendar.periodAt(((span[0] ?? last).start - 1) as Micros));
  }
  return span;
}

/** Periods from an instant on that hold usage: as many as are kept, and one more. Passes by what is empty. */
function laterPeriods(
  usage: UsageState,
  calendar: Calendar,
  begin: Micros,
  holdsUsage: (period: UsagePeriod) => boolean,
): readonly UsagePeriod[] {
  const found: UsagePeriod[] = [];
  const metrics = Object.values(usage.metrics);
  let from = begin;
  while (found.length <= LATER_PERIODS_MAX) {
    const day = firstDayFrom(metrics, dayOf(from));
    if (day === null) break;
    const start = dayStart(day);
    const period = calendar.periodAt(from > start ? from : start);
    if (holdsUsage(period)) found.push(period);
    from = period.end;
  }
  return found;
}

function firstDayFrom(metrics: readonly MetricState[], from: number): number | null {
  let first: number | null = null;
  for (const metric of metrics) {
    if (newestDay(metric) < from || metric.kind === 'capped') continue;
    const range = metric.days.find(([, last]) => last >= from);
    if (range === undefined) continue;
    const day = Math.max(range[0], from);
    if (first === null || day < first) first = day;
  }
  return first;
}

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

/** Time as a subscription has it: in its own zone, the customer's, or that of the settings. */
export const calendarIn = (
  state: State,
  subscription: SubscriptionSnapshot,
  settings: Settings,
): Calendar =>
  calendarOf(
    subscription,
    subscription.timezone ?? customerZone(state) ?? settings.defaultTimezone,
  );
