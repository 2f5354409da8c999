import { type Decimal, decimal, ZERO } from '../decimal.ts';
import { type Series } from '../ledger/series.ts';
import { mergeTotals, type Totals } from '../ledger/totals.ts';
import { type Micros } from '../micros.ts';

/** One event of a `point`, `change` or `unique` series. */
export interface SingleEvent {
  readonly at: Micros;
  readonly id: string;
  readonly value: string;
  readonly amount: string | null;
  /** What a unique event counts; null for points and changes. */
  readonly key: string | null;
  /** What a unique event does with its key; absent or null is `add`. Of no meaning for other kinds. */
  readonly operation?: 'add' | 'remove' | null;
}

/** All events of one kind, scope and combination of dimensions that count for a charge. */
export interface UsageSeries extends Pick<Series, 'kind' | 'scope' | 'dimensions'> {
  /** Of all its events in the period; null when there is none. */
  readonly totals: Totals | null;
  /** Those events, in any order; empty for counters, and for charges of which `needsSingleEvents` is false. */
  readonly events: readonly SingleEvent[];
  /**
   * What the span from the local day the subscription began up to the period's start holds of it; null:
   * nothing. Looked at for recurring charges only, and may be null for charges of which `needsSingleEvents` is false.
   */
  readonly carried: Carried | null;
}

/** What is carried into a period of one series, by its kind. */
export type Carried =
  /** The newest point of the span. */
  | { readonly kind: 'point'; readonly event: SingleEvent }
  /** The exact sum of all changes of the span, decimal text. 0 counts as nothing carried. */
  | { readonly kind: 'change'; readonly level: string }
  /** The newest event of each key. */
  | { readonly kind: 'unique'; readonly events: readonly SingleEvent[] }
  /** There were counters: nothing of them is carried, and what sums up the span cannot be had. */
  | { readonly kind: 'counter' };

/** Any number of series as one, the way a charge looks at them. */
export interface Usage {
  readonly series: readonly UsageSeries[];
  /** null when there is no event. */
  readonly totals: Totals | null;
  /** The kinds of its events in the period. */
  readonly kinds: readonly Series['kind'][];
  /** By time, then by event id. */
  readonly events: readonly SingleEvent[];
  readonly earlier: Earlier;
}

/** What is carried into the period. */
export interface Earlier {
  readonly kinds: readonly Series['kind'][];
  /** The newest point. */
  readonly point: SingleEvent | null;
  /** What all changes add up to. */
  readonly level: Decimal;
}

export const NOTHING_EARLIER: Earlier = { kinds: [], point: null, level: ZERO };
const NO_USAGE: Usage = {
  series: [],
  totals: null,
  kinds: [],
  events: [],
  earlier: NOTHING_EARLIER,
};

export function usageOf(series: readonly UsageSeries[]): Usage {
  if (series.length === 0) return NO_USAGE;
  const kinds = new Set<Series['kind']>();
  const events: SingleEvent[] = [];
  let totals: Totals | null = null;
  let earlier = NOTHING_EARLIER;
  for (const one of series) {
    if (one.carried !== null) earlier = withCarried(earlier, one.carried);
    if (one.totals === null) continue;
    kinds.add(one.kind);
    totals = totals === null ? one.totals : mergeTotals(totals, one.totals);
    for (const event of one.events) events.push(event);
  }
  return { series, totals, kinds: [...kinds], events: events.sort(byTime), earlier };
}

function withCarried({ kinds, point, level }: Earlier, carried: Carried): Earlier {
  const all = [...kinds, carried.kind];
  switch (carried.kind) {
    case 'point':
      return { kinds: all, point: newer(point, carried.event), level };
    case 'change': {
      const added = decimal(carried.level);
      // A ledger that forgot what came to nothing must tell the same as one that did not.
      return added.eq(ZERO)
        ? { kinds, point, level }
        : { kinds: all, point, level: level.plus(added) };
    }
    case 'unique':
    case 'counter':
      return { kinds: all, point, level };
    default:
      return carried satisfies never;
  }
}

function byTime(a: SingleEvent, b: SingleEvent): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.id < b.id ? -1 : 1;
}

/** The later of two events; of two at one instant, the one with the higher id. */
export function newer(a: SingleEvent | null | undefined, b: SingleEvent): SingleEvent {
  return a === null || a === undefined || byTime(a, b) < 0 ? b : a;
}
