import { type DashboardBody } from './body.ts';
import { type Meta } from './meta.ts';
import { type ParameterIssue } from './errors.ts';

const SUBSCRIPTION = {
  subscription_id: '5f0c1c3e-8d1b-4c52-9c1e-0d6f0a4f7b21',
  subscription_external_id: 'acme-pro',
} as const;

/** A believable default body, shown in the OpenAPI document. */
export const EXAMPLE_BODY: DashboardBody = {
  next_billing: [
    {
      ...SUBSCRIPTION,
      plan_name: 'Pro',
      plan_interval: 'monthly',
      next_billing_date: '2026-12-01T00:00:00Z',
      days_until_next_billing: 8,
      amount_cents: 4900,
      currency: 'EUR',
    },
  ],
  upcoming_charges: [
    {
      ...SUBSCRIPTION,
      plan_name: 'Pro',
      base_amount_cents: 4900,
      usage_amount_cents: 1250,
      total_estimated_cents: 6150,
      currency: 'EUR',
    },
  ],
  usage_progress: [
    {
      feature_name: 'API calls',
      feature_code: 'api_calls',
      feature_type: 'quantity',
      entitlement_value: '10000',
      current_usage: '2500',
      usage_percentage: 25,
    },
  ],
  quick_actions: {
    outstanding_invoice_count: 1,
    outstanding_amount_cents: 4900,
    has_wallet: true,
    wallet_balance_cents: 20000,
    has_active_subscription: true,
    currency: 'EUR',
  },
};

export const EXAMPLE_META: Meta = {
  generation: 'g1',
  state_id: 'b1946ac92492d234',
  as_of: { subscriptions: '2026-11-01T09:00:00Z', usage: '2026-11-23T09:59:58Z' },
  positions: { 'billing.subscriptions/3': 12, 'billing.usage/3': 105 },
  holes: [],
  hole_ranges: [],
  lag_ms: { subscriptions: 0, usage: 350 },
  status: 'fresh',
  reasons: [],
};

export const EXAMPLE_ISSUE: ParameterIssue = {
  loc: ['query', 'token'],
  msg: 'Field required',
  type: 'missing',
  input: null,
};
