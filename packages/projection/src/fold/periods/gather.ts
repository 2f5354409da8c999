import {
  dayOf,
  dayStart,
  type Micros,
  MICROS_PER_DAY,
  parseSeries,
  type SingleEvent,
  type Series,
  toIso,
  type UsageSeries,
} from '@portal/billing';
import { get } from '../../dict.ts';
import { countsFor, type Priceable, seriesIn } from '../../pricing/series.ts';
import { daysBetween } from '../../state/day-ranges.ts';
import { type UsagePeriod, type UsageState } from '../../state/usage-state.ts';
import { type Kind, STANDING_MAX } from '../kinds/kind.ts';
import { carriedOver } from '../kinds/kinds.ts';
import { type Fields } from '../fields.ts';
import { NO_SINGLE_EVENTS } from '../../state/metric.ts';
import { SINGLE_EVENTS_MAX, eventsOnDay } from '../kinds/single-events.ts';
import { windowName } from '../../state/period.ts';

export type Gathered =
  | { readonly kind: 'series'; readonly series: readonly UsageSeries[] }
  /** A day of the period kept none of its events. */
  | { readonly kind: 'full'; readonly reason: string };

/** Where single events are, and how far back. */
export interface Ledger {
  readonly fields: Fields;
  /** The local day on which what is carried begins. */
  readonly spanFrom: Micros;
  /** First day of the ledger horizon. */
  readonly firstKeptDay: number;
}

/** A metric's series in a period with their single events, and with what of these kinds is carried into it. */
export function gatherSeries(
  usage: UsageState,
  subscription: Priceable,
  metric: string,
  period: UsagePeriod,
  kinds: ReadonlySet<Kind>,
  { fields, spanFrom, firstKeptDay }: Ledger,
): Gathered {
  const state = get(usage.metrics, metric);
  if (state?.kind !== 'kept') return { kind: 'series', series: [] };
  const window = get(usage.windows, windowName(period));
  const present = seriesIn(window?.totals ?? {}, metric, subscription);
  const single = state.single ?? NO_SINGLE_EVENTS;
  const [first, afterLast] = [dayOf(period.from), Math.ceil(period.end / MICROS_PER_DAY)];
  const isEmpty = period.from >= period.end;
  const [full] = isEmpty ? [] : daysBetween(single.full, first, afterLast);
  if (full !== undefined) return tooMany(metric, full);

  const events = new Map<string, SingleEvent[]>();
  for (const day of isEmpty ? [] : daysBetween(single.days, first, afterLast)) {
    for (const { series, instant, event } of eventsOnDay(fields, state, day, metric)) {
      if (instant < period.from || instant >= period.end) continue;
      const others = events.get(series);
      const own = { ...event, at: within(period, event.at) };
      if (others === undefined) events.set(series, [own]);
      else others.push(own);
    }
  }
  const known = new Map(present.map(({ text, totals }) => [text, totals]));
  const series = [...new Set([...known.keys(), ...events.keys()])]
    .map((text): Series & UsageSeries => {
      const parsed = parseSeries(text);
      const [own, totals] = [events.get(text) ?? [], known.get(text) ?? null];
      return { ...parsed, totals, events: own, carried: null };
    })
    .filter(({ scope }) => countsFor(scope, subscription));
  const span = { from: spanFrom, to: period.from };
  const earlier = carriedOver({ code: metric, state, fields, firstKeptDay }, span, kinds);
  if (earlier.kind === 'full') return tooMany(metric, earlier.day);
  const older = [...earlier.bySeries].flatMap(([text, carried]): UsageSeries[] => {
    const { kind, scope, dimensions } = parseSeries(text);
    if (!countsFor(scope, subscription)) return [];
    return [{ kind, scope, dimensions, totals: null, events: [], carried }];
  });
  return { kind: 'series', series: [...series, ...older] };
}

/** An event whose quarter-hour a period begins or ends in counts from then on, or up to then. */
function within({ from, end }: UsagePeriod, at: Micros): Micros {
  if (at < from) return from;
  return at > end ? end : at;
}

/** The day kept none of its events; null: more stands behind the horizon than is kept. */
function tooMany(metric: string, day: number | null): Gathered {
  const what =
    day === null
      ? `more than ${STANDING_MAX} older changes or members than are kept`
      : `more than ${SINGLE_EVENTS_MAX} events on ${toIso(dayStart(day)).slice(0, 10)}`;
  return { kind: 'full', reason: `ledger_cap: metric ${metric} has ${what}` };
}
