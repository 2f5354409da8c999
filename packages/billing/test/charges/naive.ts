import {
  type Carried,
  canonical,
  type Charge,
  decimal,
  type Micros,
  type SingleEvent,
  type UsageSeries,
  ZERO,
} from '../../src/index.ts';
import {
  type Fraction,
  fractionOf,
  larger,
  NOTHING,
  plus,
  rounded,
  same,
  total,
  whole,
} from '../fraction.ts';
import { expectedAmount } from './oracle.ts';
import { expectedAverage, expectedLatest, expectedWeightedSum, newestOf } from './oracle-events.ts';
import { aPoint, PERIOD, seriesOf } from './series.ts';

/** What a charge needs of one usage event; some lie before the period. */
export interface Fact {
  readonly kind: UsageSeries['kind'];
  readonly scope: string | null;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly at: Micros;
  readonly id: string;
  readonly value: string;
  readonly amount: string | null;
  readonly key: string | null;
  readonly operation: 'add' | 'remove' | null;
}

const isEarly = ({ at }: Fact): boolean => at < PERIOD.start;
const eventOf = ({ at, id, value, amount, key, operation }: Fact): SingleEvent =>
  aPoint({ at, id, value, amount, key, operation });

/** As the ledger would hand them over: one series for each kind, scope and combination of dimensions. */
export function asSeries(charge: Charge, facts: readonly Fact[]): UsageSeries[] {
  return [...new Set(facts.map(seriesKey))].map((key) => {
    const own = facts.filter((fact) => seriesKey(fact) === key);
    const { kind, scope, dimensions } = own[0]!;
    const carried = charge.recurring ? carriedOf(kind, own.filter(isEarly)) : null;
    const events = own.filter((fact) => !isEarly(fact)).map(eventOf);
    return seriesOf(kind, events, { scope, dimensions, carried });
  });
}

const seriesKey = ({ kind, scope, dimensions }: Fact): string =>
  JSON.stringify([kind, scope, Object.entries(dimensions).sort()]);

function carriedOf(kind: Fact['kind'], early: readonly Fact[]): Carried | null {
  if (early.length === 0) return null;
  const newest = (facts: readonly Fact[]): SingleEvent => newestOf(facts.map(eventOf))!;
  switch (kind) {
    case 'counter':
      return { kind };
    case 'point':
      return { kind, event: newest(early) };
    case 'change': {
      const level = early.reduce((sum, { value }) => sum.plus(decimal(value)), ZERO);
      return { kind, level: canonical(level) };
    }
    case 'unique': {
      const keys = [...new Set(early.map(({ key }) => key))];
      return { kind, events: keys.map((key) => newest(early.filter((f) => f.key === key))) };
    }
    default:
      return kind satisfies never;
  }
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
  const span = charge.recurring ? standing(facts) : now;
  const early = span.filter((fact) => isEarly(fact) && fact.kind === 'point').map(eventOf);
  const carried = newestOf(early);
  const values = now.map(({ value }) => fractionOf(value));
  const only = (kind: Fact['kind'], of: readonly Fact[], units: () => Fraction): Fraction | null =>
    of.every((fact) => fact.kind === kind) ? units() : null;
  const sum = (of: readonly Fact[]): Fraction => total(of.map(({ value }) => fractionOf(value)));
  const exact = {
    count: () => (charge.recurring ? null : whole(BigInt(now.length))),
    sum: () => (charge.recurring ? only('change', span, () => sum(facts)) : sum(now)),
    max: () => [...values, fractionOf(carried?.value ?? '0')].reduce(larger, NOTHING),
    unique_count: () => only('unique', span, () => whole(BigInt(members(span)))),
    weighted_sum: () => {
      const changes = (charge.recurring ? facts : now).filter(({ kind }) => kind === 'change');
      const held = [...now, ...span.filter(({ kind }) => kind === 'point' || kind === 'change')];
      return (
        only('point', held, () => expectedWeightedSum(now.map(eventOf), carried, PERIOD)) ??
        only('change', held, () =>
          expectedAverage(
            PERIOD,
            now.map(({ at }) => at),
            (at) => sum(changes.filter((fact) => fact.at <= at)),
          ),
        )
      );
    },
    latest: () => only('point', now, () => expectedLatest(now.map(eventOf), carried)),
  }[charge.aggregation as Aggregation]();
  const by = charge.rounding_function;
  return exact && (by === null ? exact : rounded(exact, by, charge.rounding_precision ?? 0));
}

/** Without the changes before the period that came to nothing in their series. */
const standing = (facts: readonly Fact[]): readonly Fact[] =>
  facts.filter((fact) => {
    if (fact.kind !== 'change' || !isEarly(fact)) return true;
    const fellows = facts.filter((other) => isEarly(other) && seriesKey(other) === seriesKey(fact));
    return !same(NOTHING, fellows.map(({ value }) => fractionOf(value)).reduce(plus));
  });

/** Replays all events: each sets or clears its key in its scope. */
function members(facts: readonly Fact[]): number {
  const inOrder = [...facts].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const scopes = new Map<string | null, Set<string | null>>();
  for (const { scope, key, operation } of inOrder) {
    const keys = scopes.get(scope) ?? new Set();
    if (operation === 'remove') keys.delete(key);
    else keys.add(key);
    scopes.set(scope, keys);
  }
  return new Set([...scopes.values()].flatMap((keys) => [...keys])).size;
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
