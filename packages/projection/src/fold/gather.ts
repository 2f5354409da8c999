import {
  dayOf,
  dayStart,
  mergeAll,
  type Micros,
  MICROS_PER_DAY,
  parseSeries,
  type RawUsage,
  type Series,
  toIso,
  type Totals,
  totalsOf,
  type UsageSeries,
} from '@portal/billing';
import { get } from '../dict.ts';
import { countsFor, type Priceable, seriesIn } from '../pricing/series.ts';
import { daysBetween } from '../state/day-ranges.ts';
import { type UsagePeriod, type UsageState } from '../state/state.ts';
import { earlierUsage, type Kind } from './earlier.ts';
import { type Fields } from './fields.ts';
import { NO_RAW } from './metrics.ts';
import { LEDGER_MAX_RAW, rawEvents } from './raw-usage.ts';
import { STANDING_MAX } from './standing.ts';
import { windowName } from './windows.ts';

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
  readonly keptSince: number;
}

/** A metric's series in a period with their single events, and with what of these kinds is carried into it. */
export function gatherSeries(
  usage: UsageState,
  subscription: Priceable,
  metric: string,
  period: UsagePeriod,
  kinds: ReadonlySet<Kind>,
  { fields, spanFrom, keptSince }: Ledger,
): Gathered {
  const state = get(usage.metrics, metric);
  if (state?.kind !== 'kept') return { kind: 'series', series: [] };
  const window = get(usage.windows, windowName(period));
  const present = seriesIn(window?.totals ?? {}, metric, subscription);
  const raw = state.raw ?? NO_RAW;
  const [first, afterLast] = [dayOf(period.from), Math.ceil(period.end / MICROS_PER_DAY)];
  const [full] = daysBetween(raw.full, first, afterLast);
  if (full !== undefined) return tooMany(metric, full);

  const events = new Map<string, RawUsage[]>();
  for (const day of daysBetween(raw.days, first, afterLast)) {
    for (const { series, ...event } of rawEvents(fields, day, metric)) {
      if (event.at < period.from || event.at >= period.end) continue;
      const others = events.get(series);
      if (others === undefined) events.set(series, [event]);
      else others.push(event);
    }
  }
  const known = new Map(present.map(({ text, totals }) => [text, totals]));
  const series = [...new Set([...known.keys(), ...events.keys()])]
    .map((text): Series & UsageSeries => {
      const parsed = parseSeries(text);
      const [own, totals] = [events.get(text) ?? [], known.get(text) ?? null];
      return { ...parsed, totals: totalsFor(parsed.kind, totals, own), raw: own, carried: null };
    })
    .filter(({ scope }) => countsFor(scope, subscription));
  const span = { from: spanFrom, to: period.from };
  const earlier = earlierUsage(fields, { code: metric, state }, span, kinds, keptSince);
  if (earlier.kind === 'full') return tooMany(metric, earlier.day);
  const older = [...earlier.bySeries].flatMap(([text, carried]): UsageSeries[] => {
    const { kind, scope, dimensions } = parseSeries(text);
    if (!countsFor(scope, subscription)) return [];
    return [{ kind, scope, dimensions, totals: null, raw: [], carried }];
  });
  return { kind: 'series', series: [...series, ...older] };
}

/** Cells of a busy day may count some of its events in the period before; the events themselves know better. */
const totalsFor = (
  kind: Series['kind'],
  totals: Totals | null,
  events: readonly RawUsage[],
): Totals | null =>
  kind === 'counter' || totals?.count === events.length
    ? totals
    : mergeAll(events.map(({ value, amount }) => totalsOf(value, amount)));

/** The day kept none of its events; null: more stands behind the horizon than is kept. */
function tooMany(metric: string, day: number | null): Gathered {
  const what =
    day === null
      ? `more than ${STANDING_MAX} older changes or members than are kept`
      : `more than ${LEDGER_MAX_RAW} events on ${toIso(dayStart(day)).slice(0, 10)}`;
  return { kind: 'full', reason: `ledger_cap: metric ${metric} has ${what}` };
}
