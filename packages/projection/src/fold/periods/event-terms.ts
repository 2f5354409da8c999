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

export function eventTermsOf(usage: UsageState, terms: Priceable): EventTerms {
  const { charges, features } = candidatesOf(terms);
  if (charges.length + features.length === 0) return NO_EVENT_TERMS;
  const own = charges.filter(
    ([, { metric_code }]) => get(usage.metrics, metric_code)?.kind === 'kept',
  );
  const free = features.filter((code) => singleEventsOf(usage.metrics, code) !== null);
  const metrics = new Set([...own.map(([, { metric_code }]) => metric_code), ...free]);
  return { charges: own, features: free, metrics };
}

const NO_EVENT_TERMS: EventTerms = { charges: [], features: [], metrics: new Set() };

/** What of the terms may look at single events, whatever the usage is: found once for terms, and forgotten with them. */
function candidatesOf(terms: Priceable): Pick<EventTerms, 'charges' | 'features'> {
  const known = candidates.get(terms);
  if (known !== undefined) return known;
  const made = {
    charges: [...terms.charges.entries()].filter(([, charge]) => needsSingleEvents(charge)),
    features: freeFeatures(terms.charges, terms.entitlements),
  };
  candidates.set(terms, made);
  return made;
}

const candidates = new WeakMap<Priceable, Pick<EventTerms, 'charges' | 'features'>>();

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
