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
import { carriedBefore } from './carried.ts';
import { type Fields } from './fields.ts';
import { LEDGER_MAX_RAW, rawEvents, rawStateOf } from './raw-usage.ts';
import { windowName } from './windows.ts';

export type Gathered =
  | { readonly kind: 'series'; readonly series: readonly UsageSeries[] }
  /** A day of the period kept none of its events. */
  | { readonly kind: 'full'; readonly reason: string };

/** Where single events are, and how far back. */
export interface Ledger {
  readonly fields: Fields;
  /** Nothing older than the subscription is carried into its periods. */
  readonly began: Micros;
  /** First day of the ledger horizon. */
  readonly keptSince: number;
}

/** A metric's series in a period with their single events, and with what is carried into it. */
export function gatherSeries(
  usage: UsageState,
  subscription: Priceable,
  metric: string,
  period: UsagePeriod,
  carries: boolean,
  { fields, began, keptSince }: Ledger,
): Gathered {
  const raw = rawStateOf(usage.metrics, metric);
  const window = get(usage.windows, windowName(period));
  const present = seriesIn(window?.totals ?? {}, metric, subscription);
  if (raw === null) return { kind: 'series', series: [] };
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
  // Nothing is carried into a period in which the subscription begins.
  if (!carries || period.from > period.start) return { kind: 'series', series };
  const carried = carriedBefore(fields, usage.metrics, metric, period.from, keptSince);
  if (carried.kind === 'full') return tooMany(metric, carried.day);
  const older = carried.points.flatMap(({ series: text, point }): UsageSeries[] => {
    const { kind, scope, dimensions } = parseSeries(text);
    if (point.at < began || !countsFor(scope, subscription)) return [];
    return [
      { kind, scope, dimensions, totals: null, raw: [], carried: { kind: 'point', event: point } },
    ];
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

const tooMany = (metric: string, day: number): Gathered => ({
  kind: 'full',
  reason:
    `ledger_cap: metric ${metric} has more than ${LEDGER_MAX_RAW} events ` +
    `on ${toIso(dayStart(day)).slice(0, 10)}`,
});
