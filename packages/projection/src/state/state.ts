import {
  type LocalDate,
  type Micros,
  type Period,
  type SingleEvent,
  type Totals,
} from '@portal/billing';
import { type Family, type PartitionName } from '../coordinates.ts';
import { type Dict } from '../dict.ts';
import { type FeatureUsage } from '../document.ts';
import {
  type CustomerSnapshot,
  type SubscriptionSnapshot,
  type WalletSnapshot,
} from '../events.ts';
import { type CustomerRef } from '../ids.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { FOLD_VERSION } from '../settings.ts';
import { type NewestDays } from './retention.ts';
import { type DayRanges } from './day-ranges.ts';
import { type Entity, type Sighting } from './entity.ts';

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

export interface UsageState {
  /** What is late, and what is kept, is told by them; see retention.ts. */
  readonly newest_days: NewestDays;
  /** Usage of an instant before may be missing from the log; null: none is. See trimmed.ts. */
  readonly trimmed_at: Micros | null;
  readonly ids: EventIds;
  /** event id → contents that came under it and did not count; of the newest CONFLICTS_MAX, as long as ids are kept. */
  readonly conflicts: Dict<UsageConflict>;
  /**
   * How many folds have dropped what lies behind since the position moved; 0: nothing is left to drop. Part
   * of the vector's text, so that a writer that knows an earlier step cannot write upon a later one.
   */
  readonly purge_step: number;
  /** By metric code; forgotten when no usage of it is left in the ledger. */
  readonly metrics: Dict<MetricState>;
  /** subscription id → its periods that hold usage; none before the first usage. */
  readonly kept: Dict<KeptPeriods>;
  /** Window name (`from:to`) → what was used in it. */
  readonly windows: Dict<UsageWindow>;
  /** subscription id → charges and features that look at single events, priced for its periods. */
  readonly event_priced: Dict<EventPriced>;
}

/** How many rows and shards the table of event ids has, dead rows included; see fold/usage/event-ids.ts. */
export interface EventIds {
  readonly rows: number;
  readonly shards: number;
  /** The last UTC day whose share of the shards was swept. */
  readonly swept: number;
}

/**
 * The periods of a subscription that are kept:
 *
 *     from                                                              until
 *      ├──── two before the mark's ────┬── the mark's ──┬── four later ──┤ not kept
 *
 * Listed are those that hold usage; the others in between have none.
 */
export interface KeptPeriods {
  /** Start of the oldest period that is kept. */
  readonly from: Micros;
  /** Start of the first later one with usage that is one too many; null: there is none. */
  readonly until: Micros | null;
  /** They tile time but for gaps without usage. Oldest first. */
  readonly periods: readonly UsagePeriod[];
  /** One more, for reads before a start that will cut it; with usage or without. */
  readonly uncut: UsagePeriod | null;
}

export interface UsageWindow {
  /** The quarter-hour of the newest usage in it; null: it holds none. */
  readonly newest: Micros | null;
  /** metric → series → totals. */
  readonly totals: Dict<Dict<Totals>>;
}

export interface UsageConflict {
  /** The newest timestamp of its contents. */
  readonly at: Micros;
  readonly seen: readonly Sighting[];
}

/** Days are UTC days since 1970. */
export type MetricState = KeptMetric | CappedMetric;

export interface KeptMetric {
  readonly kind: 'kept';
  /** By series. */
  readonly series: Dict<SeriesDays>;
  /** Days that hold cells. */
  readonly days: DayRanges;
  /** Those of them whose cells are by quarter-hour: see the cells of packages/billing. */
  readonly coarse: DayRanges;
  /** null while the metric has only counters. */
  readonly single: SingleEventsState | null;
  /** Days whose single events are still to be dropped: it was capped before. */
  readonly pending: DayRanges;
}

/** Too many series: nothing of it is kept. Forgotten a ledger horizon after its newest day. */
export interface CappedMetric {
  readonly kind: 'capped';
  readonly newest_day: number;
  /** It had changes or members, which are never forgotten: nor is it. */
  readonly stands: boolean;
  /** Days whose single events are still to be dropped. */
  readonly pending: DayRanges;
}

/** The oldest and the newest day a series was seen. */
export type SeriesDays = readonly [oldest: number, newest: number];

/** Where points, changes and unique events of a metric are kept one by one. */
export interface SingleEventsState {
  readonly days: DayRanges;
  /** Days that had more of them than are kept: they keep none. */
  readonly full: DayRanges;
  /** Point series → its newest point that was dropped behind the horizon: a last point is never lost. */
  readonly carried: Dict<SingleEvent>;
  /** The newest full day that was dropped: a last point may have gone with it. */
  readonly last_full_dropped: number | null;
  /** Rows of changes and of members that were dropped behind the horizon, which are never forgotten; null: more than are kept. */
  readonly change_rows: number | null;
  readonly member_rows: number | null;
}

/** Priced when an event or the terms change. */
export interface EventPriced {
  /** One for each of the subscription's periods, in their order. */
  readonly periods: readonly EventPricedLines[];
  readonly uncut: EventPricedLines | null;
  /** Periods without usage, which have carried values only: from this instant on until the next period with usage. */
  readonly gaps: readonly (EventPricedLines & { readonly from: Micros })[];
}

export interface EventPricedLines {
  /** By the charge's place in the terms. */
  readonly charges: Dict<ItemisedCharge>;
  readonly features: Dict<FeatureUsage>;
}

/** `from` is the period's start cut at the local day the subscription began. */
export type UsagePeriod = Period & { readonly from: Micros };

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
