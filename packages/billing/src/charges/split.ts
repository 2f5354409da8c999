import { mergeTotals, type Totals } from '../ledger/totals.ts';
import { type Charge, type ChargeFilter, type PropertyBag } from '../terms.ts';

/** All events of one combination of dimensions that count for a charge. */
export interface UsageSeries {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly totals: Totals;
}

/** The share of a charge's usage that is priced on its own. */
export interface Share {
  /** Place of the filter in the charge's list; null is what no filter takes. */
  readonly filter: number | null;
  readonly properties: PropertyBag;
  /** null when it has no usage. */
  readonly totals: Totals | null;
}

/**
 * Hands each series to the most specific filter that matches it (most dimensions, then listed order).
 * There is a share for every filter, usage or not, and one for the rest unless filters leave it free.
 */
export function sharesOf(charge: Charge, usage: Iterable<UsageSeries>): readonly Share[] {
  const totals = new Map<number | null, Totals>();
  const bySpecificity = [...charge.filters.entries()].sort(
    ([, a], [, b]) => dimensionCount(b) - dimensionCount(a),
  );
  for (const { dimensions, totals: more } of usage) {
    const taker = bySpecificity.find(([, filter]) => takes(filter, dimensions));
    const filter = taker === undefined ? null : taker[0];
    const before = totals.get(filter);
    totals.set(filter, before === undefined ? more : mergeTotals(before, more));
  }
  const shares: Share[] = charge.filters.map((filter, index) => ({
    filter: index,
    properties: { ...charge.properties, ...present(filter.properties) },
    totals: totals.get(index) ?? null,
  }));
  if (charge.filters.length === 0 || charge.unmatched_usage === 'charge') {
    const rest = totals.get(null) ?? null;
    shares.push({ filter: null, properties: charge.properties, totals: rest });
  }
  return shares;
}

const dimensionCount = (filter: ChargeFilter): number => Object.keys(filter.dimensions).length;

const takes = (filter: ChargeFilter, dimensions: UsageSeries['dimensions']): boolean =>
  Object.entries(filter.dimensions).every(([name, accepted]) => {
    const value = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
    return value !== undefined && accepted.includes(value);
  });

/** null means absent: it overrides nothing. */
const present = (bag: PropertyBag): PropertyBag =>
  Object.fromEntries(Object.entries(bag).filter(([, value]) => value !== null));
