import { carriedKinds, type Micros, type Period } from '@portal/billing';
import { fromEntries, get } from '../../dict.ts';
import { itemiseCharge } from '../../pricing/itemise.ts';
import { metricUsage, unpriced } from '../../pricing/price.ts';
import { type Priceable } from '../../pricing/series.ts';
import { firstKeptDayOf } from '../../state/retention.ts';
import { customerZone } from '../../state/state.ts';
import {
  type EventPriced,
  type EventPricedLines,
  type KeptPeriods,
  type UsagePeriod,
  type UsageState,
} from '../../state/usage-state.ts';
import { type Kind } from '../kinds/kind.ts';
import { type Draft } from '../draft.ts';
import { type EventTerms, eventTermsOf, hasFullDays, areOf, losesDays } from './event-terms.ts';
import { type Gathered, gatherSeries, type Ledger } from './gather.ts';
import { calendarIn, gapsOf } from './kept-periods.ts';

/**
 * Prices what looks at single events. It opens the days of the kept periods, and does so only for subscriptions whose
 * terms or periods changed, and for periods that an event of such a metric lies in or before.
 */
export function settleEventPriced(draft: Draft): UsageState['event_priced'] {
  const { base, state, fields, settings, changes, recount } = draft;
  const { usage } = state;
  const firstKeptDay = firstKeptDayOf(usage.newest_days, settings);
  const entries = Object.entries(usage.kept).flatMap(([id, kept]) => {
    const subscription = get(state.subscriptions, id)?.snapshot;
    if (subscription === undefined || subscription === null) return [];
    const terms = eventTermsOf(usage, subscription);
    if (terms.metrics.size === 0) return [];
    const { began, spanFrom } = calendarIn(state, subscription, settings);
    const isSame =
      !recount &&
      !hasFullDays(usage, terms) &&
      !losesDays(base.usage, terms, firstKeptDay) &&
      base.subscriptions[id] === state.subscriptions[id] &&
      customerZone(base) === customerZone(state);
    const earlier = isSame ? earlierPrices(base.usage, id, terms, began) : NO_PRICES;
    let unchangedUntil = Infinity;
    for (const { metric, at } of changes) {
      if (at < unchangedUntil && terms.metrics.has(metric)) unchangedUntil = at;
    }
    const price = (period: UsagePeriod): EventPricedLines =>
      (period.end <= unchangedUntil ? earlier.get(nameOf(period)) : undefined) ??
      priceLines(usage, subscription, period, terms, { fields, spanFrom, firstKeptDay });
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
  terms: EventTerms,
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
    all.flatMap(([name, lines]) => (lines && areOf(terms, lines) ? [[name, lines] as const] : [])),
  );
}

const CHANGES: ReadonlySet<Kind> = new Set<Kind>(['change']);

function priceLines(
  usage: UsageState,
  subscription: Priceable,
  period: UsagePeriod,
  terms: EventTerms,
  ledger: Ledger,
): EventPricedLines {
  const gather = (metric: string, kinds: ReadonlySet<Kind>): Gathered =>
    gatherSeries(usage, subscription, metric, period, kinds, ledger);
  const charges = terms.charges.map(([index, charge]) => {
    const found = gather(charge.metric_code, new Set(carriedKinds(charge)));
    const priced =
      found.kind === 'full'
        ? unpriced(found.reason)
        : itemiseCharge(charge, found.series, timeOf(period));
    return [String(index), priced] as const;
  });
  const features = terms.features.map((code) => {
    const found = gather(code, CHANGES);
    const used = found.kind === 'full' ? { reason: found.reason } : metricUsage(found.series);
    return [code, used] as const;
  });
  return { charges: fromEntries(charges), features: fromEntries(features) };
}
