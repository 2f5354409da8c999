import { type Charge, type Micros, type RawUsage, type UsageSeries } from '../../src/index.ts';
import { type Fraction, fractionOf, larger, NOTHING, rounded, total, whole } from '../fraction.ts';
import { expectedAmount } from './oracle.ts';
import { expectedLatest, expectedWeightedSum, newestOf } from './oracle-events.ts';
import { aPoint, PERIOD, seriesOf } from './series.ts';

/** One usage event, as far as a charge looks at it; some lie before the period. */
export interface Fact {
  readonly kind: UsageSeries['kind'];
  readonly dimensions: Readonly<Record<string, string>>;
  readonly at: Micros;
  readonly id: string;
  readonly value: string;
  readonly key: string;
}

const isEarly = ({ at }: Fact): boolean => at < PERIOD.start;
const rawOf = ({ at, id, value, key }: Fact): RawUsage => aPoint({ at, id, value, key });

/** As the ledger would hand them over: one series for each kind and combination of dimensions. */
export function asSeries(charge: Charge, facts: readonly Fact[]): UsageSeries[] {
  const keyOf = ({ kind, dimensions }: Fact): string =>
    JSON.stringify([kind, Object.entries(dimensions).sort()]);
  return [...new Set(facts.map(keyOf))].map((key) => {
    const own = facts.filter((fact) => keyOf(fact) === key);
    const { kind, dimensions } = own[0]!;
    const carries = charge.recurring && kind === 'point';
    const carried = carries ? newestOf(own.filter(isEarly).map(rawOf)) : null;
    const raw = own.filter((fact) => !isEarly(fact)).map(rawOf);
    return seriesOf(kind, raw, { dimensions, carried });
  });
}

interface Line {
  /** null: unavailable. */
  readonly units: Fraction | null;
  readonly amount: Fraction | null;
  readonly events: number;
}

/** Scores every filter for every event, keeps all events, and adds up fractions. */
export function naive(charge: Charge, facts: readonly Fact[]): Line {
  const best = (fact: Fact): number => {
    const scores = charge.filters.map(({ dimensions }) => {
      const wanted = Object.entries(dimensions);
      const all = wanted.every(([name, values]) => values.some((v) => v === fact.dimensions[name]));
      return all ? wanted.length : -1;
    });
    const top = Math.max(-1, ...scores);
    return top === -1 ? -1 : scores.indexOf(top);
  };
  const places = [...charge.filters.keys()];
  if (charge.unmatched_usage === 'charge' || charge.filters.length === 0) places.push(-1);
  const lines = places.map((place): Line => {
    const own = facts.filter((fact) => best(fact) === place);
    const units = naiveUnits(charge, own);
    const amount = charge.filters[place]?.properties['amount'] ?? charge.properties['amount'];
    const price = { amount: amount as string };
    return {
      units,
      amount: units && expectedAmount('standard', price, units),
      events: own.filter((fact) => !isEarly(fact)).length,
    };
  });
  const sum = sumOf(lines.map((line) => line.amount));
  const minimum = charge.min_amount_cents;
  return {
    units: sumOf(lines.map((line) => line.units)),
    amount: sum && (minimum === null ? sum : larger(sum, whole(BigInt(minimum)))),
    events: lines.reduce((count, line) => count + line.events, 0),
  };
}

const sumOf = (values: readonly (Fraction | null)[]): Fraction | null =>
  values.includes(null) ? null : total(values.filter((value) => value !== null));

function naiveUnits(charge: Charge, facts: readonly Fact[]): Fraction | null {
  const now = facts.filter((fact) => !isEarly(fact));
  const early = facts.filter((fact) => isEarly(fact) && fact.kind === 'point').map(rawOf);
  const carried = charge.recurring ? newestOf(early) : null;
  const values = now.map(({ value }) => fractionOf(value));
  const points = now.map(rawOf);
  const only = (kind: Fact['kind'], units: Fraction): Fraction | null =>
    now.every((fact) => fact.kind === kind) ? units : null;
  const exact = {
    count: whole(BigInt(now.length)),
    sum: total(values),
    max: [...values, fractionOf(carried?.value ?? '0')].reduce(larger, NOTHING),
    unique_count: only('unique', whole(BigInt(new Set(now.map(({ key }) => key)).size))),
    weighted_sum: only('point', expectedWeightedSum(points, carried, PERIOD)),
    latest: only('point', expectedLatest(points, carried)),
  }[charge.aggregation as Aggregation];
  const by = charge.rounding_function;
  return exact && (by === null ? exact : rounded(exact, by, charge.rounding_precision ?? 0));
}

export const AGGREGATIONS = [
  'count',
  'sum',
  'max',
  'unique_count',
  'weighted_sum',
  'latest',
] as const;
export type Aggregation = (typeof AGGREGATIONS)[number];
