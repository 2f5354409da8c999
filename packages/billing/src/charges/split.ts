import { type Charge, type ChargeFilter, type PropertyBag } from '../terms.ts';
import { type Usage, usageOf, type UsageSeries } from './usage.ts';

/** The share of a charge's usage that is priced on its own. */
export interface Share {
  /** Place of the filter in the charge's list; null is what no filter takes. */
  readonly filter: number | null;
  readonly properties: PropertyBag;
  readonly usage: Usage;
}

/**
 * Hands each series to the most specific filter that matches it (most dimensions, then listed order).
 * There is a share for every filter, usage or not, and one for the rest unless filters leave it free.
 */
export function sharesOf(charge: Charge, usage: Iterable<UsageSeries>): readonly Share[] {
  const taken = new Map<number | null, UsageSeries[]>();
  const bySpecificity = [...charge.filters.entries()].sort(
    ([, a], [, b]) => dimensionCount(b) - dimensionCount(a),
  );
  for (const series of usage) {
    const taker = bySpecificity.find(([, filter]) => takes(filter, series.dimensions));
    const filter = taker === undefined ? null : taker[0];
    const others = taken.get(filter);
    if (others === undefined) taken.set(filter, [series]);
    else others.push(series);
  }
  const shares: Share[] = charge.filters.map((filter, index) => ({
    filter: index,
    properties: propertiesOf(charge, filter),
    usage: usageOf(taken.get(index) ?? []),
  }));
  if (charge.filters.length === 0 || charge.unmatched_usage === 'charge') {
    const rest = usageOf(taken.get(null) ?? []);
    shares.push({ filter: null, properties: charge.properties, usage: rest });
  }
  return shares;
}

const dimensionCount = (filter: ChargeFilter): number => Object.keys(filter.dimensions).length;

const takes = (filter: ChargeFilter, dimensions: UsageSeries['dimensions']): boolean =>
  Object.entries(filter.dimensions).every(([name, accepted]) => {
    const value = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
    return value !== undefined && accepted.includes(value);
  });

/** The charge's properties, overridden one by one. The same bag each time, so that it is read as a price once. */
function propertiesOf(charge: Charge, filter: ChargeFilter): PropertyBag {
  const known = lastMerged.get(filter);
  if (known?.from === charge.properties) return known.bag;
  const bag = { ...charge.properties, ...present(filter.properties) };
  lastMerged.set(filter, { from: charge.properties, bag });
  return bag;
}

const lastMerged = new WeakMap<
  ChargeFilter,
  { readonly from: PropertyBag; readonly bag: PropertyBag }
>();

/** null means absent: it overrides nothing. */
const present = (bag: PropertyBag): PropertyBag =>
  Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null));
