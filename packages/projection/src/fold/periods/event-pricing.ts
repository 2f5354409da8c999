import {
  carriedKinds,
  type Charge,
  type Micros,
  needsSingleEvents,
  type Period,
} from '@portal/billing';
import { fromEntries, get } from '../../dict.ts';
import { itemiseCharge } from '../../pricing/itemise.ts';
import { freeFeatures, metricUsage, unpriced } from '../../pricing/price.ts';
import { type Priceable } from '../../pricing/series.ts';
import { type Settings } from '../../settings.ts';
import { firstKeptDayOf } from '../../state/retention.ts';
import {
  customerZone,
  type EventPriced,
  type EventPricedLines,
  type KeptPeriods,
  type State,
  type UsagePeriod,
  type UsageState,
} from '../../state/state.ts';
import { type Kind } from '../kinds/kind.ts';
import { type Fields } from '../fields.ts';
import { type Gathered, gatherSeries, type Ledger } from './gather.ts';
import { beganOf, gapsOf, spanFromOf } from './kept-periods.ts';
import { singleEventsOf } from '../kinds/single-events.ts';
import { type UsageChange } from '../usage/usage.ts';

/**
 * Prices what looks at single events. It opens the days of the kept periods, and does so only for subscriptions whose
 * terms or periods changed, and for periods that an event of such a metric lies in or before.
 */
export function settleEventPriced(
  before: State,
  after: State,
  fields: Fields,
  changes: readonly UsageChange[],
  recount: boolean,
  settings: Settings,
): UsageState['event_priced'] {
  const { usage } = after;
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const entries = Object.entries(usage.kept).flatMap(([id, kept]) => {
    const subscription = get(after.subscriptions, id)?.snapshot;
    if (subscription === undefined || subscription === null) return [];
    const work = workOf(usage, subscription);
    if (work.metrics.size === 0) return [];
    const began = beganOf(after, subscription, settings);
    const isSame =
      !recount &&
      !hasFullDays(usage, work) &&
      !losesDays(before.usage, work, firstKeptDay) &&
      before.subscriptions[id] === after.subscriptions[id] &&
      customerZone(before) === customerZone(after);
    const earlier = isSame ? earlierPrices(before.usage, id, work, began) : NO_PRICES;
    const touched = changes.filter(({ metric }) => work.metrics.has(metric)).map(({ at }) => at);
    const unchangedUntil = Math.min(...touched) as Micros;
    const price = (period: UsagePeriod): EventPricedLines =>
      (period.end <= unchangedUntil ? earlier.get(nameOf(period)) : undefined) ??
      priceLines(usage, subscription, period, work, {
        fields,
        spanFrom: spanFromOf(after, subscription, settings),
        firstKeptDay,
      });
    return [[id, priceAll(kept, began, price)] as const];
  });
  return fromEntries(entries);
}

function priceAll(
  kept: KeptPeriods,
  began: Micros,
  price: (period: UsagePeriod) => EventPricedLines,
): EventPriced {
  return {
    periods: kept.periods.map(price),
    uncut: kept.uncut === null ? null : price(kept.uncut),
    gaps: gapsOf(kept).map((from) => ({ from, ...price(gapAt(from, began)) })),
  };
}

/**
 * Periods without usage: an empty one where something may be carried into them, behind all that counts earlier. Where the
 * subscription begins later, that is its beginning.
 */
function gapAt(from: Micros, began: Micros): UsagePeriod {
  const at = from > began ? from : began;
  return { start: at, from: at, end: at };
}

/** A period without usage has a length all the same: nothing depends on which. */
const timeOf = ({ start, end }: UsagePeriod): Period => ({
  start,
  end: start < end ? end : ((start + 1) as Micros),
});

/** The length of a period counts, also where the subscription began later. */
const nameOf = ({ start, from, end }: UsagePeriod): string => `${start}:${from}:${end}`;

const NO_PRICES: ReadonlyMap<string, EventPricedLines> = new Map();

/** What was priced before this fold, by period, if it is of the same charges and features. */
function earlierPrices(
  { kept, event_priced }: UsageState,
  id: string,
  work: Work,
  began: Micros,
): ReadonlyMap<string, EventPricedLines> {
  const [periods, priced] = [get(kept, id), get(event_priced, id)];
  if (periods === undefined || priced === undefined) return NO_PRICES;
  const all = [
    ...periods.periods.map((period, index) => [nameOf(period), priced.periods[index]] as const),
    ...(periods.uncut === null ? [] : [[nameOf(periods.uncut), priced.uncut] as const]),
    ...priced.gaps.map(({ from, ...lines }) => [nameOf(gapAt(from, began)), lines] as const),
  ];
  return new Map(
    all.flatMap(([name, lines]) => (lines && isOf(work, lines) ? [[name, lines] as const] : [])),
  );
}

/** What of the terms looks at single events, and of which metrics. */
interface Work {
  readonly charges: readonly (readonly [index: number, charge: Charge])[];
  readonly features: readonly string[];
  readonly metrics: ReadonlySet<string>;
}

function workOf(usage: UsageState, { charges, entitlements }: Priceable): Work {
  const isKept = (metric: string): boolean => get(usage.metrics, metric)?.kind === 'kept';
  const own = [...charges.entries()].filter(
    ([, charge]) => isKept(charge.metric_code) && needsSingleEvents(charge),
  );
  const features = freeFeatures(charges, entitlements).filter(
    (code) => singleEventsOf(usage.metrics, code) !== null,
  );
  const metrics = new Set([...own.map(([, { metric_code }]) => metric_code), ...features]);
  return { charges: own, features, metrics };
}

/** A day that kept no events can make a line unavailable whenever other usage comes. */
const hasFullDays = (usage: UsageState, { metrics }: Work): boolean =>
  [...metrics].some((metric) => {
    const single = singleEventsOf(usage.metrics, metric);
    return single !== null && (single.full.length > 0 || single.last_full_dropped !== null);
  });

/** What is dropped behind the horizon may be what something was carried from. */
const losesDays = ({ metrics }: UsageState, work: Work, firstKeptDay: number): boolean =>
  [...work.metrics].some((code) => {
    const metric = get(metrics, code);
    return metric?.kind === 'kept' && (metric.days[0]?.[0] ?? firstKeptDay) < firstKeptDay;
  });

const CHANGES: ReadonlySet<Kind> = new Set<Kind>(['change']);

/** A metric may have got its first single event, or have lost its last one. */
const isOf = (work: Work, { charges, features }: EventPricedLines): boolean =>
  isEqual(Object.keys(charges), new Set(work.charges.map(([index]) => String(index)))) &&
  isEqual(Object.keys(features), new Set(work.features));

const isEqual = (names: readonly string[], set: ReadonlySet<string>): boolean =>
  names.length === set.size && names.every((name) => set.has(name));

function priceLines(
  usage: UsageState,
  subscription: Priceable,
  period: UsagePeriod,
  work: Work,
  ledger: Ledger,
): EventPricedLines {
  const gather = (metric: string, kinds: ReadonlySet<Kind>): Gathered =>
    gatherSeries(usage, subscription, metric, period, kinds, ledger);
  const charges = work.charges.map(([index, charge]) => {
    const found = gather(charge.metric_code, new Set(carriedKinds(charge)));
    const priced =
      found.kind === 'full'
        ? unpriced(found.reason)
        : itemiseCharge(charge, found.series, timeOf(period));
    return [String(index), priced] as const;
  });
  const features = work.features.map((code) => {
    const found = gather(code, CHANGES);
    const used = found.kind === 'full' ? { reason: found.reason } : metricUsage(found.series);
    return [code, used] as const;
  });
  return { charges: fromEntries(charges), features: fromEntries(features) };
}
