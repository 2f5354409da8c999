import { type Cents, type Micros, type Period, type Totals } from '@portal/billing';
import { type Family, type PartitionName } from '../coordinates.ts';
import { type Dict } from '../dict.ts';
import {
  type CustomerSnapshot,
  type SubscriptionSnapshot,
  type WalletSnapshot,
} from '../events.ts';
import { type CustomerRef } from '../ids.ts';
import { type DayRanges } from './day-ranges.ts';
import { type Entity } from './entity.ts';

/**
 * The head of a customer's record. A plain JSON value; equal logs give equal bytes.
 * Side fields (names in fold/fields.ts) hold what grows with history: invoices, cells, event ids.
 */
export interface State {
  readonly ref: CustomerRef;
  /** Last offset folded, by partition name. */
  readonly vector: Dict<number>;
  readonly holes: readonly Hole[];
  readonly frozen: boolean;
  /** True once one valid event of a known type was folded. */
  readonly known: boolean;
  readonly as_of: Readonly<Partial<Record<Family, Micros>>>;
  readonly customer: Entity<CustomerSnapshot> | null;
  readonly subscriptions: Dict<Entity<SubscriptionSnapshot>>;
  readonly wallets: Dict<Entity<WalletSnapshot>>;
  readonly invoices: InvoiceTotals;
  readonly usage: UsageState;
}

/** A parked record below the vector's offset. */
export interface Hole {
  readonly partition: PartitionName;
  readonly offset: number;
  /** The usage mark when it was parked: the late limit is judged by it when it is redriven. */
  readonly mark: Micros | null;
}

export interface InvoiceTotals {
  /** How many invoices that are not deleted carry each currency. */
  readonly currencies: Dict<number>;
  /** What is due, by `currency` and `due date` ('' when it has none). */
  readonly due: Dict<Dict<Due>>;
}

export interface Due {
  readonly count: number;
  readonly cents: Cents;
}

export interface UsageState {
  /** Highest usage timestamp folded. */
  readonly mark: Micros | null;
  /** UTC days that hold event ids of the deduplication window. */
  readonly kept_days: DayRanges;
  /** Usage that came beyond the late limit: dropped, counted. */
  readonly late: number;
  /** metric → its series and the UTC days that hold cells; a capped metric keeps neither. */
  readonly metrics: Dict<MetricState>;
  /** subscription id → its periods that may hold usage: newest first, at most two. */
  readonly periods: Dict<readonly UsagePeriod[]>;
  /** window name (`from:to`) → metric → series → totals. */
  readonly windows: Dict<Dict<Dict<Totals>>>;
}

export type MetricState =
  { readonly series: readonly string[]; readonly days: DayRanges } | { readonly capped: true };

/** `from` is the period's start cut at the local day the subscription began. */
export type UsagePeriod = Period & { readonly from: Micros };

export const HOLES_MAX = 100;

export function emptyState(ref: CustomerRef): State {
  return {
    ref,
    vector: {},
    holes: [],
    frozen: false,
    known: false,
    as_of: {},
    customer: null,
    subscriptions: {},
    wallets: {},
    invoices: { currencies: {}, due: {} },
    usage: { mark: null, kept_days: [], late: 0, metrics: {}, periods: {}, windows: {} },
  };
}
