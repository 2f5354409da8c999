import { type TopicName } from '@portal/contracts';

/**
 * What golden-schema.ts encodes with a new version: one event with everything said, one with as little
 * as possible. Add a field here when you add it to a schema. Instants are microseconds, dates days.
 */
export const sampleValues = (
  family: TopicName,
): readonly { readonly name: string; readonly value: unknown }[] => SAMPLES[family];

const NOVEMBER = 1_793_491_200_000_000;
const DAY = 86_400_000_000;

const envelope = (event_type: string): object => ({
  event_id: `golden ${event_type}`,
  event_type,
  occurred_at: NOVEMBER + 1,
  organization_id: '0a000000-0000-4000-8000-000000000001',
  customer_id: '0c000000-0000-4000-8000-000000000001',
  source: 'golden',
});

const decision = (decision_type: string): object => ({
  decision_id: `golden ${decision_type}`,
  decision_type,
  decided_at: NOVEMBER + 2,
  decided_by: 'Ada',
  reason: 'the topic was made again',
});

const plan = {
  code: 'pro',
  name: 'Pro',
  interval: 'monthly',
  amount_cents: 4_900,
  currency: 'EUR',
};

const fullCharge = {
  id: 'charge-1',
  metric_code: 'api_calls',
  metric_name: 'API calls',
  aggregation: 'sum',
  recurring: true,
  rounding_function: 'ceil',
  rounding_precision: 2,
  charge_model: 'graduated',
  properties: '{"graduated_ranges":[{"from_value":0,"to_value":null,"per_unit_amount":"0.10"}]}',
  min_amount_cents: 500,
  unmatched_usage: 'free',
  filters: [
    { dimensions: { region: ['eu', 'us'] }, properties: '{"amount":1.50}', display_name: 'West' },
  ],
};

const SAMPLES: Readonly<Record<TopicName, readonly { name: string; value: unknown }[]>> = {
  customers: [
    {
      name: 'full',
      value: {
        ...envelope('customer.updated'),
        customer: {
          version: 9_007_199_254_740_990,
          external_id: 'acme',
          name: 'Café Zoë 日本',
          email: 'billing@acme.example',
          currency: 'EUR',
          timezone: 'Europe/Paris',
          portal_locale: 'fr',
        },
      },
    },
    { name: 'erased', value: envelope('customer.erased') },
  ],
  subscriptions: [
    {
      name: 'full',
      value: {
        ...envelope('subscription.plan_changed'),
        subscription: {
          id: '0d000000-0000-4000-8000-000000000001',
          external_id: 'sub-1',
          version: 3,
          status: 'active',
          current_period_start: NOVEMBER,
          current_period_end: NOVEMBER + 30 * DAY,
          billing_time: 'anniversary',
          month_end: 'end_of_month',
          subscription_at: NOVEMBER - 30 * DAY,
          started_at: NOVEMBER - 29 * DAY,
          ending_at: NOVEMBER + 90 * DAY,
          canceled_at: NOVEMBER - DAY,
          terminated_at: NOVEMBER + 91 * DAY,
          trial_period_days: 14,
          trial_ended_at: NOVEMBER - 15 * DAY,
          created_at: NOVEMBER - 31 * DAY,
          timezone: 'America/New_York',
          plan: { ...plan, pay_in_advance: true, minimum_commitment_cents: 10_000 },
          pending_plan: { plan, effective_at: NOVEMBER + 30 * DAY },
          charges: [fullCharge],
          entitlements: [
            {
              feature_code: 'api_calls',
              feature_name: 'API calls',
              feature_type: 'quantity',
              value: '10000',
            },
          ],
        },
      },
    },
    {
      name: 'minimal',
      value: {
        ...envelope('subscription.created'),
        subscription: {
          id: '0d000000-0000-4000-8000-000000000001',
          external_id: 'sub-1',
          version: 0,
          status: 'pending',
          created_at: NOVEMBER,
          plan,
        },
      },
    },
  ],
  invoices: [
    {
      name: 'full',
      value: {
        ...envelope('invoice.finalized'),
        invoice: {
          id: 'invoice-1',
          version: 2,
          number: 'A-001',
          invoice_type: 'subscription',
          status: 'finalized',
          payment_status: 'pending',
          currency: 'EUR',
          total_cents: 4_900,
          paid_cents: 900,
          credited_cents: 100,
          issuing_date: 20_758,
          payment_due_date: 20_788,
          subscription_ids: ['0d000000-0000-4000-8000-000000000001'],
        },
      },
    },
    {
      name: 'minimal',
      value: {
        ...envelope('invoice.created'),
        invoice: {
          id: 'invoice-1',
          version: 0,
          number: '',
          status: 'draft',
          currency: 'JPY',
          total_cents: 0,
        },
      },
    },
  ],
  usage: [
    {
      name: 'full',
      value: {
        ...envelope('usage.recorded'),
        usage: {
          metric_code: 'seats',
          timestamp: NOVEMBER,
          kind: 'unique',
          value: '-1.50',
          unique_key: 'user-1',
          operation: 'remove',
          amount_cents: '12.5',
          dimensions: { region: 'eu' },
          subscription_external_id: 'sub-1',
          properties: { request: 'r-1' },
        },
      },
    },
    {
      name: 'change',
      value: {
        ...envelope('usage.recorded'),
        usage: { metric_code: 'seats', timestamp: NOVEMBER, kind: 'change', value: '-3' },
      },
    },
    {
      name: 'minimal',
      value: {
        ...envelope('usage.recorded'),
        usage: { metric_code: 'api_calls', timestamp: NOVEMBER },
      },
    },
  ],
  wallets: [
    {
      name: 'full',
      value: {
        ...envelope('wallet.transaction_created'),
        wallet: {
          id: 'wallet-1',
          version: 4,
          name: 'Prepaid',
          code: 'prepaid',
          status: 'active',
          currency: 'EUR',
          balance_cents: -1,
          consumed_cents: 10_001,
          ongoing_balance_cents: -501,
          priority: 1,
          expiration_at: NOVEMBER + 365 * DAY,
          created_at: NOVEMBER - DAY,
        },
      },
    },
    {
      name: 'minimal',
      value: {
        ...envelope('wallet.created'),
        wallet: {
          id: 'wallet-1',
          version: 0,
          status: 'terminated',
          currency: 'KWD',
          balance_cents: 0,
          created_at: NOVEMBER,
        },
      },
    },
  ],
  decisions: [
    {
      name: 'history.accepted',
      value: {
        ...decision('history.accepted'),
        history_accepted: {
          family: 'usage',
          partition: 3,
          history: 1,
          begin: 17,
          found: 'the log ends at 12, below 40',
        },
      },
    },
    {
      name: 'parked.accepted',
      value: {
        ...decision('parked.accepted'),
        parked_accepted: {
          family: 'wallets',
          partition: 0,
          code: 'contract_invalid',
          field: 'wallet.currency',
          schema_id: 7,
          first_offset: 100,
          last_offset: 1_100,
        },
      },
    },
    { name: 'of a type still to come', value: decision('usage.forgiven') },
  ],
};
