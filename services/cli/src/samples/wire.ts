import type {
  BillingTime,
  Interval,
  MonthEnd,
  RoundingFunction,
  UnmatchedUsage,
} from '@portal/billing';
import type { Entitlement, InvoiceStatus, SubscriptionStatus } from '@portal/projection';

/**
 * The payloads of the sample events as NDJSON spells them: instants are ISO 8601 texts, absent means
 * null or the schema's default. Field meanings are documented in schemas/*.avsc.
 */
export interface WirePlan {
  readonly code: string;
  readonly name: string;
  readonly interval: Interval;
  readonly amount_cents: number;
  readonly currency: string;
  readonly pay_in_advance?: boolean;
  readonly minimum_commitment_cents?: number;
}

export type WireProperties = Readonly<Record<string, unknown>>;

export interface WireCharge {
  readonly id: string;
  readonly metric_code: string;
  readonly metric_name: string;
  readonly aggregation: string;
  readonly recurring?: boolean;
  readonly charge_model: string;
  readonly properties: WireProperties;
  readonly rounding_function?: RoundingFunction;
  readonly rounding_precision?: number;
  readonly min_amount_cents?: number;
  readonly unmatched_usage?: UnmatchedUsage;
  readonly filters?: readonly {
    readonly dimensions: Readonly<Record<string, readonly string[]>>;
    readonly properties: WireProperties;
    readonly display_name?: string;
  }[];
}

export interface WireSubscription {
  readonly external_id: string;
  readonly status: SubscriptionStatus;
  readonly billing_time?: BillingTime;
  readonly month_end?: MonthEnd;
  readonly subscription_at?: string;
  readonly started_at?: string;
  readonly ending_at?: string;
  readonly canceled_at?: string;
  readonly terminated_at?: string;
  readonly trial_period_days?: number;
  readonly trial_ended_at?: string;
  readonly created_at: string;
  readonly timezone?: string;
  readonly plan: WirePlan;
  readonly pending_plan?: { readonly plan: WirePlan; readonly effective_at: string } | null;
  readonly charges?: readonly WireCharge[];
  readonly entitlements?: readonly Entitlement[];
}

export interface WireInvoice {
  readonly number: string;
  readonly invoice_type?: string;
  readonly status: InvoiceStatus;
  readonly payment_status?: 'pending' | 'succeeded' | 'failed';
  readonly currency: string;
  readonly total_cents: number;
  readonly paid_cents?: number;
  readonly credited_cents?: number;
  readonly issuing_date?: string;
  readonly payment_due_date?: string;
  readonly subscription_ids?: readonly string[];
}

export interface WireWallet {
  readonly name?: string;
  readonly code?: string;
  readonly status: 'active' | 'terminated';
  readonly currency: string;
  readonly balance_cents: number;
  readonly consumed_cents?: number;
  readonly ongoing_balance_cents?: number;
  readonly priority?: number;
  readonly expiration_at?: string;
  readonly created_at: string;
}

export interface WireCustomer {
  readonly external_id: string;
  readonly name: string;
  readonly email?: string;
  readonly currency?: string;
  readonly timezone?: string;
  readonly portal_locale?: string;
}

/** What a subscription was sold as. */
export type WireTerms = Pick<WireSubscription, 'plan' | 'charges' | 'entitlements'>;
