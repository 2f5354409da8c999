import { type Series } from '../ledger/series.ts';
import { mergeTotals, type Totals } from '../ledger/totals.ts';
import { type Micros } from '../micros.ts';

/** One raw event of a `point` or `unique` series. */
export interface RawUsage {
  readonly at: Micros;
  readonly id: string;
  readonly value: string;
  readonly amount: string | null;
  /** What a unique event counts; null for a point. */
  readonly key: string | null;
}

/** All events of one kind and one combination of dimensions that count for a charge. */
export interface UsageSeries extends Pick<Series, 'kind' | 'dimensions'> {
  /** Of all its events in the period; null when there is none. */
  readonly totals: Totals | null;
  /** Those events, in any order; empty for counters, and for charges of which `needsRaw` is false. */
  readonly raw: readonly RawUsage[];
  /** The newest event before the period: of points and for recurring charges only. */
  readonly carried: RawUsage | null;
}

/** Any number of series as one, the way a charge looks at them. */
export interface Usage {
  /** null when there is no event. */
  readonly totals: Totals | null;
  /** The kinds of its events. */
  readonly kinds: readonly Series['kind'][];
  /** By time, then by event id. */
  readonly raw: readonly RawUsage[];
  readonly carried: RawUsage | null;
}

const NO_USAGE: Usage = { totals: null, kinds: [], raw: [], carried: null };

export function usageOf(series: readonly UsageSeries[]): Usage {
  if (series.length === 0) return NO_USAGE;
  const kinds = new Set<Series['kind']>();
  const raw: RawUsage[] = [];
  let totals: Totals | null = null;
  let carried: RawUsage | null = null;
  for (const one of series) {
    carried = newer(carried, one.carried);
    if (one.totals === null) continue;
    kinds.add(one.kind);
    totals = totals === null ? one.totals : mergeTotals(totals, one.totals);
    for (const event of one.raw) raw.push(event);
  }
  return { totals, kinds: [...kinds].sort(), raw: raw.sort(byTime), carried };
}

function byTime(a: RawUsage, b: RawUsage): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.id < b.id ? -1 : 1;
}

function newer(a: RawUsage | null, b: RawUsage | null): RawUsage | null {
  if (a === null || b === null) return a ?? b;
  return byTime(a, b) < 0 ? b : a;
}

/** Why something that needs one kind of event cannot be had; null when there are none of another. */
export function otherThan(kind: Series['kind'], usage: Usage): string | null {
  const others = usage.kinds.filter((other) => other !== kind);
  return others.length === 0 ? null : `the period has ${others.join(' and ')} events`;
}
