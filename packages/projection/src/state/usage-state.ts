import { type Micros, type Period, type SingleEvent, type Totals } from '@portal/billing';
import { type Dict } from '../dict.ts';
import { type FeatureUsage } from '../document.ts';
import { type ItemisedCharge } from '../pricing/itemise.ts';
import { type DayRanges } from './day-ranges.ts';
import { type Sighting } from './entity.ts';
import { type NewestDays } from './retention.ts';

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
