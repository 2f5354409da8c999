import { type LocalDate, type Micros } from '@portal/billing';
import { type Family, type PartitionName } from '../coordinates.ts';
import { type Dict } from '../dict.ts';
import {
  type CustomerSnapshot,
  type SubscriptionSnapshot,
  type WalletSnapshot,
} from '../events.ts';
import { type CustomerRef } from '../ids.ts';
import { FOLD_VERSION } from '../settings.ts';
import { type Entity } from './entity.ts';
import { type UsageState } from './usage-state.ts';

/**
 * A customer's record without its side fields, which hold what grows with history (names in fold/fields.ts). It is
 * stored in parts: see stored/record.ts. Equal logs give equal bytes there, save for which invoices in conflict are
 * listed when there are over CONFLICTS_MAX.
 */
export interface State {
  /** FOLD_VERSION of the code that made it: no other can tell what is in it. */
  readonly fold: number;
  readonly ref: CustomerRef;
  /** Last offset folded, by partition name. */
  readonly vector: Dict<number>;
  /** At most HOLES_MAX: with one more, all become `hole_ranges`. */
  readonly holes: readonly Hole[];
  /** By partition name, instead of `holes`: empty until there were more than HOLES_MAX. */
  readonly hole_ranges: Dict<HoleRange>;
  /** Newest event time folded, by family. */
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
}

/**
 * Parked records of one partition, too many to be kept one by one. What lies in a range was parked or folded,
 * and which of the two is not known any more: only a fold of the whole log tells.
 */
export interface HoleRange {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/**
 * What a side field keeps of an invoice: only what its share of the totals was, so that the next version can take it
 * back. A settled invoice keeps its currency and nothing due.
 */
export interface InvoiceShare {
  readonly currency: string;
  /** '' when the invoice has no due date. */
  readonly due_date: string;
  /** Exact text: the difference of amounts may be larger than an amount. */
  readonly due_cents: string;
  /** null unless it has gone out and names subscriptions. */
  readonly issued: IssuedShare | null;
}

/** What an invoice says to its subscriptions once it has gone out. */
export interface IssuedShare {
  readonly day: LocalDate;
  readonly subscriptions: readonly string[];
}

export interface InvoiceTotals {
  /** How many invoices that are not deleted carry each currency. */
  readonly currencies: Dict<number>;
  /** What is due, by `currency` and `due date` ('' when it has none). */
  readonly due: Dict<Dict<Due>>;
  /** subscription id → when invoices that name it went out; see fold/entities/issued.ts. */
  readonly issued: Dict<Issued>;
  readonly conflicts: {
    /** How many invoices are in conflict, however many are listed. */
    readonly count: number;
    /** By invoice id: at most CONFLICTS_MAX. Beyond, which ones depends on the order they came in. */
    readonly listed: Dict<Pick<Entity<unknown>, 'version' | 'seen'>>;
  };
}

/** More conflicts than anybody looks up at once: no more are listed of invoices, nor of usage. */
export const CONFLICTS_MAX = 20;

/** Issue days of a subscription are kept this many days behind its newest one: who asks is asking about its last bill. */
export const ISSUED_DAYS = 60;

export interface Issued {
  /** The newest day ever seen, of invoices that were replaced or deleted too: days since 1970. */
  readonly newest: number;
  /** day → how many invoices. */
  readonly days: Dict<number>;
}

export interface Due {
  readonly count: number;
  /** Exact text: a sum has no end, an amount has. */
  readonly cents: string;
}

/** Parked records of one customer that are kept one by one. */
export const HOLES_MAX = 100;

export function emptyState(ref: CustomerRef): State {
  return {
    fold: FOLD_VERSION,
    ref,
    vector: {},
    holes: [],
    hole_ranges: {},
    as_of: {},
    customer: null,
    subscriptions: {},
    wallets: {},
    invoices: { currencies: {}, due: {}, issued: {}, conflicts: { count: 0, listed: {} } },
    usage: {
      newest_days: [],
      trimmed_at: null,
      ids: { rows: 0, shards: 1, swept: 0 },
      conflicts: {},
      purge_step: 0,
      metrics: {},
      kept: {},
      windows: {},
      event_priced: {},
    },
  };
}

/** The zone that the customer names, by which its days and periods begin; null: none. */
export const customerZone = ({ customer }: State): string | null =>
  customer?.snapshot?.timezone ?? null;

/** One valid event of a known type was folded: there is something to answer. */
export const isKnown = ({ as_of }: State): boolean => Object.keys(as_of).length > 0;
