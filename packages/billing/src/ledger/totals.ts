import { canonical, decimal, isWhole } from '../decimal.ts';

/**
 * What a set of usage events adds up to. Totals merge in any order and grouping, which is what lets
 * the ledger keep cells instead of events. Decimals are canonical text: totals are stored as they are.
 */
export interface Totals {
  readonly count: number;
  readonly sum: string;
  /** Highest value; may be negative. */
  readonly max: string;
  /** Σ amount_cents of the events that carried one (decimal minor units), and how many did. */
  readonly amount: string;
  readonly priced: number;
}

export function totalsOf(value: string, amount: string | null): Totals {
  const text = canonicalText(value);
  return {
    count: 1,
    sum: text,
    max: text,
    amount: amount === null ? '0' : canonicalText(amount),
    priced: amount === null ? 0 : 1,
  };
}

export function mergeTotals(a: Totals, b: Totals): Totals {
  return {
    count: a.count + b.count,
    sum: addDecimals(a.sum, b.sum),
    max: larger(a.max, b.max),
    amount: addDecimals(a.amount, b.amount),
    priced: a.priced + b.priced,
  };
}

/** Exact sum of two canonical decimals, canonical again. */
export function addDecimals(a: string, b: string): string {
  if (a === '0') return b;
  if (b === '0') return a;
  if (isWhole(a) && isWhole(b)) return String(Number(a) + Number(b));
  return canonical(decimal(a).plus(decimal(b)));
}

/** Sum of any number of totals; null for none. */
export function mergeAll(all: Iterable<Totals>): Totals | null {
  let merged: Totals | null = null;
  for (const totals of all) merged = merged === null ? totals : mergeTotals(merged, totals);
  return merged;
}

const canonicalText = (text: string): string => (isWhole(text) ? text : canonical(decimal(text)));

function larger(a: string, b: string): string {
  if (a === b) return a;
  const isFirst = isWhole(a) && isWhole(b) ? Number(a) > Number(b) : decimal(a).gt(decimal(b));
  return isFirst ? a : b;
}
