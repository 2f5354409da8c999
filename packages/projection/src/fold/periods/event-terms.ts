import { type Charge, needsSingleEvents } from '@portal/billing';
import { get } from '../../dict.ts';
import { freeFeatures } from '../../pricing/price.ts';
import { type Priceable } from '../../pricing/series.ts';
import { type EventPricedLines, type UsageState } from '../../state/usage-state.ts';
import { singleEventsOf } from '../kinds/single-events.ts';

/** What of the terms looks at single events, and of which metrics. */
export interface EventTerms {
  readonly charges: readonly (readonly [index: number, charge: Charge])[];
  readonly features: readonly string[];
  readonly metrics: ReadonlySet<string>;
}

export function eventTermsOf(usage: UsageState, { charges, entitlements }: Priceable): EventTerms {
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
export const hasFullDays = (usage: UsageState, { metrics }: EventTerms): boolean =>
  [...metrics].some((metric) => {
    const single = singleEventsOf(usage.metrics, metric);
    return single !== null && (single.full.length > 0 || single.last_full_dropped !== null);
  });

/** What is dropped behind the horizon may be what something was carried from. */
export const losesDays = (
  { metrics }: UsageState,
  terms: EventTerms,
  firstKeptDay: number,
): boolean =>
  [...terms.metrics].some((code) => {
    const metric = get(metrics, code);
    return metric?.kind === 'kept' && (metric.days[0]?.[0] ?? firstKeptDay) < firstKeptDay;
  });

/** A metric may have got its first single event, or have lost its last one. */
export const areOf = (terms: EventTerms, { charges, features }: EventPricedLines): boolean =>
  isEqual(Object.keys(charges), new Set(terms.charges.map(([index]) => String(index)))) &&
  isEqual(Object.keys(features), new Set(terms.features));

const isEqual = (names: readonly string[], set: ReadonlySet<string>): boolean =>
  names.length === set.size && names.every((name) => set.has(name));
