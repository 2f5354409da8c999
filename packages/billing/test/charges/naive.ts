import { type Charge, mergeTotals, totalsOf, type UsageSeries } from '../../src/index.ts';
import { type Fraction, fractionOf, larger, NOTHING, total, whole } from '../fraction.ts';
import { expectedAmount } from './oracle.ts';

/** One usage event, as far as a charge looks at it. */
export interface Fact {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: string;
}

/** As the ledger would hand them over: one series for each combination of dimensions. */
export function asSeries(facts: readonly Fact[]): UsageSeries[] {
  const byDimensions = new Map<string, UsageSeries>();
  for (const { dimensions, value } of facts) {
    const key = JSON.stringify(Object.entries(dimensions).sort());
    const before = byDimensions.get(key)?.totals;
    const one = totalsOf(value, null);
    const totals = before === undefined ? one : mergeTotals(before, one);
    byDimensions.set(key, { dimensions, totals });
  }
  return [...byDimensions.values()];
}

interface Expected {
  readonly units: Fraction;
  readonly amount: Fraction;
  readonly events: number;
}

/** Scores every filter for every event, keeps all events, and adds up fractions. */
export function naive(charge: Charge, facts: readonly Fact[]): Expected {
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
  const lines = places.map((place) => {
    const own = facts.filter((fact) => best(fact) === place).map(({ value }) => fractionOf(value));
    const units = {
      count: whole(BigInt(own.length)),
      sum: total(own),
      max: own.reduce(larger, NOTHING),
    }[charge.aggregation as 'count' | 'sum' | 'max'];
    const amount = charge.filters[place]?.properties['amount'] ?? charge.properties['amount'];
    const price = { amount: amount as string };
    return { units, amount: expectedAmount('standard', price, units), events: own.length };
  });
  const sum = total(lines.map((line) => line.amount));
  return {
    units: total(lines.map((line) => line.units)),
    amount:
      charge.min_amount_cents === null ? sum : larger(sum, whole(BigInt(charge.min_amount_cents))),
    events: lines.reduce((count, line) => count + line.events, 0),
  };
}
