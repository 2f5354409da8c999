import { type Series } from '../ledger/series.ts';
import { type Charge } from '../terms.ts';
import { type Usage } from './usage.ts';

type Kind = Series['kind'];

interface Needed {
  readonly kinds: readonly Kind[];
  readonly name: string;
}

/** Why these kinds of events cannot be aggregated so; null: they can. */
export function whyNotAggregated(charge: Charge, usage: Usage): string | null {
  const { aggregation, recurring } = charge;
  if (aggregation === 'count' && recurring) return 'recurring has no meaning on aggregation count';
  const needed = neededBy(charge);
  if (needed === null) return null;
  const kinds = kindsOf(charge, usage);
  const others = kinds.filter((kind) => !needed.kinds.includes(kind));
  const what = recurring ? `a recurring ${aggregation}` : `aggregation ${aggregation}`;
  if (others.length > 0) {
    return recurring
      ? `${what} needs ${needed.name}, since the subscription began there are ${listed(others)}`
      : `${what} needs ${needed.name}, ${inPeriod(others)}`;
  }
  // Of what is left two kinds can only be points and changes: a level and steps of it are no one level.
  return kinds.length > 1 ? `${what} needs either points or changes, there are both` : null;
}

/** Why something that looks at the period's single points cannot be had; null when there is nothing else. */
export function otherThanPoints(usage: Usage): string | null {
  const others = usage.kinds.filter((kind) => kind !== 'point');
  return others.length === 0 ? null : inPeriod(others);
}

/** Whether the aggregation needs single events, or something from before the period. */
export const aggregatesEvents = (charge: Charge): boolean =>
  neededBy(charge) !== null || (charge.aggregation === 'max' && charge.recurring);

/** null: any kind will do. */
function neededBy({ aggregation, recurring }: Charge): Needed | null {
  if (aggregation === 'sum') return recurring ? CHANGES : null;
  return NEEDED.get(aggregation) ?? null;
}

const CHANGES: Needed = { kinds: ['change'], name: 'events of kind change' };
const NEEDED: ReadonlyMap<string, Needed> = new Map<string, Needed>([
  ['unique_count', { kinds: ['unique'], name: 'unique events' }],
  ['weighted_sum', { kinds: ['point', 'change'], name: 'points or changes' }],
  ['latest', { kinds: ['point'], name: 'points' }],
]);

/**
 * The kinds of usage from before the period that a charge takes in, or must not meet. A recurring sum or unique_count is
 * made of all there was since the subscription began; the others look at what they carry out of it, and at no more.
 */
export function carriedKinds({ aggregation, recurring }: Charge): readonly Kind[] {
  return recurring ? (CARRIED.get(aggregation) ?? []) : [];
}

const EVERY_KIND: readonly Kind[] = ['counter', 'point', 'change', 'unique'];
const CARRIED: ReadonlyMap<string, readonly Kind[]> = new Map<string, readonly Kind[]>([
  ['sum', EVERY_KIND],
  ['unique_count', EVERY_KIND],
  ['weighted_sum', ['point', 'change']],
  ['latest', ['point']],
  ['max', ['point']],
]);

/** The kinds of what is aggregated. */
function kindsOf(charge: Charge, { kinds, earlier }: Usage): readonly Kind[] {
  const taken = carriedKinds(charge);
  const carried = earlier.kinds.filter((kind) => taken.includes(kind));
  return [...new Set([...kinds, ...carried])].sort();
}

const listed = (kinds: readonly Kind[]): string => `${[...kinds].sort().join(' and ')} events`;
const inPeriod = (kinds: readonly Kind[]): string => `the period has ${listed(kinds)}`;
