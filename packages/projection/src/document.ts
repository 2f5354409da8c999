import {
  type BillingTime,
  type Cents,
  type Micros,
  type MonthEnd,
  type Period,
  type Plan,
} from '@portal/billing';
import { type Conflict } from './answer.ts';
import { type Family, type PartitionName } from './coordinates.ts';
import { type Entitlement, type PendingPlan, type SubscriptionStatus } from './events.ts';
import { type CustomerRef } from './ids.ts';

/**
 * What a reader gets: everything `view` needs, priced for the periods that can hold usage, and
 * nothing that depends on the clock. Made by `project`; a plain JSON value.
 */
export interface Document {
  readonly ref: CustomerRef;
  /** Last offset folded, per partition. */
  readonly vector: Readonly<Record<string, number>>;
  readonly holes: readonly DocumentHole[];
  /** Instead of `holes` when there are too many to be kept one by one. */
  readonly hole_ranges: readonly DocumentHoleRange[];
  /** Newest event time folded, per family. */
  readonly as_of: Readonly<Partial<Record<Family, Micros>>>;
  /** The customer's zone, resolved: overdue is judged by its local date. */
  readonly timezone: string;
  /** The currency of the headline amounts. */
  readonly currency: string;
  /** In the order of the contract: created_at, then id. */
  readonly subscriptions: readonly DocumentSubscription[];
  readonly wallets: readonly DocumentWallet[];
  readonly invoices: readonly DocumentInvoices[];
  readonly conflicts: DocumentConflicts;
  /** First UTC day whose usage counts, `2025-10-18`; null while none is too old. */
  readonly ledger_from: string | null;
}

export interface DocumentHole {
  readonly partition: PartitionName;
  readonly offset: number;
}

/** This many parked records of a partition, the first and the last of them. */
export interface DocumentHoleRange {
  readonly partition: PartitionName;
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

/** Versions, or usage event ids, that were sent with several contents. */
export interface DocumentConflicts {
  /** At most CONFLICTS_MAX. */
  readonly listed: readonly Conflict[];
  /** How many more there are, at least. */
  readonly more: number;
}

export interface DocumentSubscription {
  readonly id: string;
  readonly external_id: string;
  readonly status: SubscriptionStatus;
  /** The zone its dates live in, already resolved. */
  readonly timezone: string;
  readonly billing_time: BillingTime;
  readonly month_end: MonthEnd;
  readonly current_period_start: Micros | null;
  readonly current_period_end: Micros | null;
  readonly subscription_at: Micros | null;
  readonly started_at: Micros | null;
  readonly created_at: Micros;
  readonly ending_at: Micros | null;
  readonly terminated_at: Micros | null;
  readonly trial_period_days: number;
  readonly trial_ended_at: Micros | null;
  readonly plan: Plan;
  readonly pending_plan: PendingPlan | null;
  readonly charges: readonly DocumentCharge[];
  readonly entitlements: readonly Entitlement[];
  /** Of which periods usage is known; null before the first usage: of all. */
  readonly kept: KeptUsage | null;
  /** The periods that hold usage, oldest first, and one more that a start ahead will cut. */
  readonly periods: readonly PricedPeriod[];
  /** Periods without usage before the newest one that has some, where something is carried into them. */
  readonly gaps: readonly PricedGap[];
  /** What a period without usage costs otherwise: flat parts, minimums and what is carried into it. */
  readonly without_usage: PricedUsage;
}

export interface DocumentCharge {
  readonly id: string;
  readonly metric_code: string;
  readonly metric_name: string;
  readonly charge_model: string;
  readonly aggregation: string;
  /** What it counts goes on: carried into the next period. */
  readonly recurring: boolean;
}

export interface PricedUsage {
  /** One result per charge, in the order of `charges`. */
  readonly charges: readonly PricedCharge[];
  /** One per `quantity` entitlement with a positive limit, by feature code. */
  readonly features: Readonly<Record<string, FeatureUsage>>;
}

/** `newest` is the quarter-hour of the newest usage in it; null: it has none. */
export type PricedPeriod = Period & PricedUsage & { readonly newest: Micros | null };

/** From an instant on, until the next period with usage. */
export type PricedGap = PricedUsage & { readonly from: Micros };

/** Starts of periods. */
export interface KeptUsage {
  /** Of the oldest one that is kept. */
  readonly from: Micros;
  /** Of the first one with usage that is not kept any more, later than all that are; null: there is none. */
  readonly until: Micros | null;
  /** Where the newest one with usage ends. */
  readonly without_usage_from: Micros;
}

export interface PricedCharge {
  readonly units: string | null;
  readonly events: number;
  /** Exact minor units with decimals; null when the charge cannot be priced, `reason` says why. */
  readonly amount: string | null;
  readonly reason: string | null;
}

/** `goes_on`: changes are in it, and what they come to is there in the next period as well. */
export type FeatureUsage =
  { readonly units: string; readonly goes_on?: true } | { readonly reason: string };

export interface DocumentWallet {
  readonly id: string;
  readonly name: string | null;
  readonly currency: string;
  readonly balance_cents: Cents;
  readonly priority: number;
  readonly expiration_at: Micros | null;
  readonly created_at: Micros;
}

/** What is due in one currency. */
export interface DocumentInvoices {
  readonly currency: string;
  readonly count: number;
  /** Exact text, here and below: a sum may be larger than an amount. */
  readonly due_cents: string;
  /** By due date, oldest first; an undated due amount is not listed. At most DUE_DATES_MAX, the oldest ones merged. */
  readonly dates: readonly {
    readonly due_date: string;
    readonly count: number;
    readonly due_cents: string;
  }[];
}
