import { type Cents, type Interval, type Micros } from '@portal/billing';
import { type SubscriptionStatus } from './events.ts';
import { type ItemisedCharge } from './pricing/itemise.ts';

/**
 * What a read answers. Field names and their order are the public contract (docs/contract.md);
 * the default body is exactly DashboardSummary.
 */
export interface DashboardSummary {
  readonly next_billing: readonly NextBilling[];
  readonly upcoming_charges: readonly UpcomingCharge[];
  readonly usage_progress: readonly UsageProgress[];
  readonly quick_actions: QuickActions;
}

export interface NextBilling {
  readonly subscription_id: string;
  readonly subscription_external_id: string;
  readonly plan_name: string;
  readonly plan_interval: Interval;
  /** UTC instant, `2026-12-01T00:00:00Z`. */
  readonly next_billing_date: string;
  /** Calendar days in the subscription's zone: 0 today, 1 tomorrow. */
  readonly days_until_next_billing: number;
  readonly amount_cents: Cents;
  readonly currency: string;
}

export interface UpcomingCharge {
  readonly subscription_id: string;
  readonly subscription_external_id: string;
  readonly plan_name: string;
  readonly base_amount_cents: Cents;
  readonly usage_amount_cents: Cents;
  readonly total_estimated_cents: Cents;
  readonly currency: string;
}

export interface UsageProgress {
  readonly feature_name: string;
  readonly feature_code: string;
  readonly feature_type: 'quantity' | 'boolean' | 'custom';
  readonly entitlement_value: string;
  readonly current_usage: string | null;
  /** 0 to 100, at most 4 decimals. */
  readonly usage_percentage: number | null;
}

export interface QuickActions {
  readonly outstanding_invoice_count: number;
  readonly outstanding_amount_cents: Cents;
  readonly has_wallet: boolean;
  readonly wallet_balance_cents: Cents;
  readonly has_active_subscription: boolean;
  readonly currency: string;
}

/** Something the default body cannot say in its shape: it makes the answer `partial`, never 0 in silence. */
export interface Unavailable {
  readonly subscription_id: string;
  readonly charge_id: string | null;
  readonly feature_code: string | null;
  readonly reason: string;
}

/** `include=details`. */
export interface Details {
  readonly customer: CustomerDetails;
  readonly subscriptions: readonly SubscriptionDetails[];
  /** Every entitlement of the current subscriptions, repeated features too. */
  readonly features: readonly FeatureDetails[];
  readonly totals_by_currency: readonly CurrencyTotals[];
  readonly overdue: readonly Overdue[];
  /** In burn order: priority, then expiry (none last), then created_at, then id. */
  readonly wallets: readonly WalletDetails[];
  /** Balances that expire within 30 days, the next one first. */
  readonly expiring_credits: readonly ExpiringCredit[];
  readonly unavailable: readonly Unavailable[];
  /** The first of them; `meta.reasons` say how many more there are. */
  readonly conflicts: readonly Conflict[];
  /** First UTC day whose usage counts, `2025-10-18`: older usage is not counted any more. null: none is too old. */
  readonly ledger_from: string | null;
}

/** One version of an entity, or one usage event id, that was sent with several contents. */
export interface Conflict {
  readonly entity: 'customer' | 'subscription' | 'invoice' | 'wallet' | 'usage';
  /** Of usage the event id. */
  readonly id: string;
  /** null of usage, which has none. */
  readonly version: number | null;
  /** Where the contents were first seen, `invoices/3@105`: the first one counts. Of usage those that do not count. */
  readonly events: readonly string[];
}

/** How the customer wants to read: in which language, and in which zone days begin. */
export interface CustomerDetails {
  /** The BCP 47 tag of the customer's event as it came; null: none was given. */
  readonly locale: string | null;
  /** IANA zone. */
  readonly timezone: string;
}

export interface SubscriptionDetails {
  readonly subscription_id: string;
  readonly subscription_external_id: string;
  readonly status: SubscriptionStatus;
  readonly timezone: string;
  /** Cut at the subscription's start and end; null before its start and once it ended. */
  readonly current_period: { readonly start: string; readonly end: string } | null;
  readonly trial_ends_at: string | null;
  readonly in_trial: boolean;
  readonly ends_at: string | null;
  readonly pending_plan: {
    readonly plan_code: string;
    readonly plan_name: string;
    readonly effective_at: string;
    readonly amount_cents: Cents;
    readonly currency: string;
  } | null;
  readonly charges: readonly ChargeDetails[];
  /** null when the plan has none, or before the subscription starts. */
  readonly minimum_commitment: MinimumCommitment | null;
  readonly previous_period: {
    readonly start: string;
    readonly end: string;
    /** null when it cannot be computed; the reason stands in `unavailable`. */
    readonly usage_amount_cents: Cents | null;
    /** Whether an invoice for it went out; null when it cannot be told any more. */
    readonly invoice_arrived: boolean | null;
  } | null;
}

/** Base and usage of the current period against the plan's minimum; not part of any other amount. */
export interface MinimumCommitment {
  readonly committed_cents: Cents;
  /** null when the usage cannot be computed. */
  readonly burned_cents: Cents | null;
  readonly true_up_cents: Cents | null;
}

export interface FeatureDetails {
  readonly subscription_id: string;
  readonly feature_code: string;
  readonly feature_name: string;
  readonly feature_type: UsageProgress['feature_type'];
  readonly entitlement_value: string;
  readonly current_usage: string | null;
  /** Not capped at 100; decimal text, four decimals at most. */
  readonly usage_percentage: string | null;
  /** Units above the limit. */
  readonly overage: string | null;
  /** What is used goes on into the next period; false when there is none. */
  readonly recurring: boolean;
  /** When the usage starts anew; null: not any more, it goes on, or nothing is limited. */
  readonly resets_at: string | null;
  /** When the limit is reached; null: not before it starts anew, or there is too little to go by. */
  readonly runway: Runway | null;
}

/** A forecast, made at the newest usage event: only events change it. */
export interface Runway {
  readonly method: 'linear';
  /** Whose pace was taken: of this period up to the newest usage, of the whole one before. */
  readonly basis: readonly ('period_to_date' | 'previous_period')[];
  readonly earliest: string;
  readonly latest: string;
}

/** Units, amounts, parts and steps are as in pricing/itemise.ts. */
export interface ChargeDetails extends ItemisedCharge {
  readonly charge_id: string;
  readonly metric_code: string;
  readonly metric_name: string;
  readonly charge_model: string;
  readonly aggregation: string;
  /** What it counts goes on into the next period. */
  readonly recurring: boolean;
}

export interface CurrencyTotals {
  readonly currency: string;
  readonly outstanding_invoice_count: number;
  readonly outstanding_amount_cents: Cents;
  readonly wallet_balance_cents: Cents;
  readonly upcoming_total_cents: Cents;
  /** When the wallets are empty if they pay for usage alone. */
  readonly wallet_runway: Runway | null;
}

export interface Overdue {
  readonly currency: string;
  readonly count: number;
  readonly amount_cents: Cents;
  readonly oldest_due_date: string;
}

export interface WalletDetails {
  readonly wallet_id: string;
  readonly name: string | null;
  readonly currency: string;
  readonly balance_cents: Cents;
  readonly priority: number;
  readonly expires_at: string | null;
}

export interface ExpiringCredit {
  readonly wallet_id: string;
  readonly currency: string;
  readonly amount_cents: Cents;
  readonly expires_at: string;
}

/** Why an answer is not all it could be; stable words with what they are about. */
export interface StatusReason {
  readonly code:
    | 'unavailable_charge'
    | 'unavailable_feature'
    | 'partial_currency'
    | 'period_not_kept'
    | 'beyond_range'
    | 'hole'
    | 'conflict'
    | 'many_holes'
    /** Said by the reader, never by `view`: its time zone rules are not those of the generation. */
    | 'time_zone_data';
  readonly detail: string;
}

export interface Answer {
  readonly summary: DashboardSummary;
  readonly reasons: readonly StatusReason[];
  /** First instant at which any field may change; null when none ever will without an event. */
  readonly validUntil: Micros | null;
}

/** For `include=details`. */
export type DetailedAnswer = Answer & { readonly details: Details };
