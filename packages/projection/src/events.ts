import {
  type BillingTime,
  type Cents,
  type Charge,
  type Micros,
  type MonthEnd,
  type Plan,
} from '@portal/billing';
import { type CustomerId, type OrganizationId } from './ids.ts';

/**
 * The events, after contracts checked them: defaults filled in, absent = null, spellings normalised.
 * Field names are the wire's (they follow the public conventions of billing systems); what each one
 * means is documented in schemas/*.avsc.
 */
export interface Envelope {
  readonly event_id: string;
  readonly occurred_at: Micros;
  readonly organization_id: OrganizationId;
  readonly customer_id: CustomerId;
  readonly source: string;
}

export const EVENT_TYPES = {
  customers: ['customer.created', 'customer.updated', 'customer.erased'],
  subscriptions: [
    'subscription.created',
    'subscription.started',
    'subscription.updated',
    'subscription.plan_changed',
    'subscription.paused',
    'subscription.resumed',
    'subscription.trial_ended',
    'subscription.canceled',
    'subscription.terminated',
    'subscription.deleted',
  ],
  invoices: [
    'invoice.created',
    'invoice.finalized',
    'invoice.updated',
    'invoice.payment_status_updated',
    'invoice.payment_overdue',
    'invoice.paid',
    'invoice.voided',
    'invoice.deleted',
  ],
  usage: ['usage.recorded'],
  wallets: [
    'wallet.created',
    'wallet.updated',
    'wallet.transaction_created',
    'wallet.depleted',
    'wallet.terminated',
    'wallet.deleted',
  ],
} as const;

export interface CustomerSnapshot {
  readonly version: number;
  readonly external_id: string;
  readonly name: string;
  readonly email: string | null;
  readonly currency: string | null;
  readonly timezone: string | null;
  readonly portal_locale: string | null;
}

export type SubscriptionStatus = 'pending' | 'active' | 'paused' | 'canceled' | 'terminated';

export interface PendingPlan {
  readonly plan: Plan;
  readonly effective_at: Micros;
}

export interface Entitlement {
  readonly feature_code: string;
  readonly feature_name: string;
  readonly feature_type: 'quantity' | 'boolean' | 'custom';
  readonly value: string;
}

export interface SubscriptionSnapshot {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
  readonly status: SubscriptionStatus;
  readonly current_period_start: Micros | null;
  readonly current_period_end: Micros | null;
  readonly billing_time: BillingTime;
  readonly month_end: MonthEnd;
  readonly subscription_at: Micros | null;
  readonly started_at: Micros | null;
  readonly ending_at: Micros | null;
  readonly canceled_at: Micros | null;
  readonly terminated_at: Micros | null;
  readonly trial_period_days: number;
  readonly trial_ended_at: Micros | null;
  readonly created_at: Micros;
  readonly timezone: string | null;
  readonly plan: Plan;
  readonly pending_plan: PendingPlan | null;
  readonly charges: readonly Charge[];
  readonly entitlements: readonly Entitlement[];
}

export type InvoiceStatus =
  'draft' | 'pending' | 'finalized' | 'paid' | 'voided' | 'failed' | 'deleted';

export interface InvoiceSnapshot {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly invoice_type: string | null;
  readonly status: InvoiceStatus;
  readonly payment_status: 'pending' | 'succeeded' | 'failed' | null;
  readonly currency: string;
  readonly total_cents: Cents;
  readonly paid_cents: Cents;
  readonly credited_cents: Cents;
  /** Local dates of the biller, `2026-11-23`. */
  readonly issuing_date: string | null;
  readonly payment_due_date: string | null;
  readonly subscription_ids: readonly string[];
}

export interface WalletSnapshot {
  readonly id: string;
  readonly version: number;
  readonly name: string | null;
  readonly code: string | null;
  readonly status: 'active' | 'terminated';
  readonly currency: string;
  readonly balance_cents: Cents;
  readonly consumed_cents: Cents | null;
  readonly ongoing_balance_cents: Cents | null;
  readonly priority: number;
  readonly expiration_at: Micros | null;
  readonly created_at: Micros;
}

export type UsageKind = 'counter' | 'point' | 'change' | 'unique';

export interface UsageFact {
  readonly metric_code: string;
  readonly timestamp: Micros;
  readonly kind: UsageKind;
  /** Decimal string; kept as text so that the exact input can be shown again. */
  readonly value: string;
  readonly unique_key: string | null;
  /** What a unique event does with its key; null for every other kind. */
  readonly operation: 'add' | 'remove' | null;
  readonly amount_cents: string | null;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly subscription_external_id: string | null;
  readonly properties: Readonly<Record<string, string>>;
}

type TypeOf<F extends keyof typeof EVENT_TYPES> = (typeof EVENT_TYPES)[F][number];

export type CustomerChanged = Envelope & {
  readonly family: 'customers';
  readonly event_type: Exclude<TypeOf<'customers'>, 'customer.erased'>;
  readonly customer: CustomerSnapshot;
};
export type CustomerErased = Envelope & {
  readonly family: 'customers';
  readonly event_type: 'customer.erased';
};
export type SubscriptionEvent = Envelope & {
  readonly family: 'subscriptions';
  readonly event_type: TypeOf<'subscriptions'>;
  readonly subscription: SubscriptionSnapshot;
};
export type InvoiceEvent = Envelope & {
  readonly family: 'invoices';
  readonly event_type: TypeOf<'invoices'>;
  readonly invoice: InvoiceSnapshot;
};
export type UsageEvent = Envelope & {
  readonly family: 'usage';
  readonly event_type: TypeOf<'usage'>;
  readonly usage: UsageFact;
};
export type WalletEvent = Envelope & {
  readonly family: 'wallets';
  readonly event_type: TypeOf<'wallets'>;
  readonly wallet: WalletSnapshot;
};

export type BillingEvent =
  CustomerChanged | CustomerErased | SubscriptionEvent | InvoiceEvent | UsageEvent | WalletEvent;
