import { cents } from '@portal/billing';
import type {
  ChargeDetails,
  SubscriptionDetails,
  UsageProgress,
  WalletDetails,
} from '@portal/projection';
import type { Dashboard, Embedded, Meta } from '../src/api.ts';

const DAY_MS = 86_400_000;

/** The test server's clock, frozen. */
export const NOW = Date.parse('2026-11-23T10:00:00Z');
const day = (days: number): string =>
  new Date(NOW + days * DAY_MS).toISOString().replace('.000', '');

const TEAM = '11111111-1111-4111-8111-111111111111';
const ARCHIVE = '22222222-2222-4222-8222-222222222222';
const WELCOME = '33333333-3333-4333-8333-333333333333';
const PREPAID = '44444444-4444-4444-8444-444444444444';

const sample = (
  name: string,
  token: string,
  locale: string,
  timezone: string,
  currency: string,
) => ({
  name,
  description: `${name}, as a test needs it`,
  locale,
  timezone,
  currency,
  token,
});

export const EMBEDDED: Embedded = {
  now: new Date(NOW).toISOString(),
  frozen: true,
  customers: [
    sample('Atelier Morel', 'morel', 'fr-FR', 'Europe/Paris', 'EUR'),
    sample('Shirakawa Robotics', 'shirakawa', 'ja-JP', 'Asia/Tokyo', 'JPY'),
    sample('Quasar Freight', 'quasar', 'en-US', 'America/Los_Angeles', 'USD'),
    sample('Kestrel Bakehouse', 'kestrel', 'en-CA', 'America/Toronto', 'CAD'),
  ],
};

/** What each sample's dashboard says at an instant. Bills roll over, a credit expires, an invoice falls due. */
export const DASHBOARDS: Readonly<Record<string, (at: number) => Dashboard>> = {
  morel: (at) => morel(at),
  shirakawa: (at) => inYen(morel(at)),
  quasar: (at) => incomplete(morel(at)),
  kestrel: () => nothing('CAD'),
};

const BUSINESS = {
  plan_code: 'business-eur',
  plan_name: 'Business',
  effective_at: day(13),
  amount_cents: cents(29_900),
  currency: 'EUR',
};

const FRESH: Meta = { status: 'fresh', reasons: [] };

function morel(at: number): Dashboard {
  const elapsed = (at - NOW) / DAY_MS;
  // Bills fall 13 days after now and every 30 days from then on.
  const next = 13 + 30 * Math.max(0, Math.ceil((elapsed - 12.99) / 30));
  const usage = elapsed < 13 ? 6_742 : 0;
  const credit = elapsed < 10 ? 2_500 : 0;
  const overdue = elapsed >= -4;
  return {
    next_billing: [
      {
        subscription_id: TEAM,
        subscription_external_id: 'morel-team',
        plan_name: 'Team',
        plan_interval: 'monthly',
        next_billing_date: day(next),
        days_until_next_billing: Math.round(next - elapsed),
        amount_cents: cents(14_900),
        currency: 'EUR',
      },
      {
        subscription_id: ARCHIVE,
        subscription_external_id: 'morel-archive',
        plan_name: 'Archive',
        plan_interval: 'yearly',
        next_billing_date: day(430),
        days_until_next_billing: Math.round(430 - elapsed),
        amount_cents: cents(119_000),
        currency: 'EUR',
      },
    ],
    upcoming_charges: [
      {
        subscription_id: TEAM,
        subscription_external_id: 'morel-team',
        plan_name: 'Team',
        currency: 'EUR',
        base_amount_cents: cents(14_900),
        usage_amount_cents: cents(usage),
        total_estimated_cents: cents(14_900 + usage),
      },
      {
        subscription_id: ARCHIVE,
        subscription_external_id: 'morel-archive',
        plan_name: 'Archive',
        currency: 'EUR',
        base_amount_cents: cents(119_000),
        usage_amount_cents: cents(0),
        total_estimated_cents: cents(119_000),
      },
    ],
    usage_progress: [
      quantity(
        'API calls',
        'api_calls',
        '500000',
        usage > 0 ? '372418' : '0',
        usage > 0 ? 74.4836 : 0,
      ),
      quantity('Compute minutes', 'compute_minutes', '6000', '5420.5', 90.3417),
      quantity('Storage (GB)', 'storage_gb', '150', '187', 100),
      { ...quantity('Single sign-on', 'sso', 'true', null, null), feature_type: 'boolean' },
      { ...quantity('Audit log', 'audit_log', 'false', null, null), feature_type: 'boolean' },
      {
        ...quantity('Support', 'support', 'Business hours, answer within 4 h', null, null),
        feature_type: 'custom',
      },
    ],
    quick_actions: {
      outstanding_invoice_count: 1,
      outstanding_amount_cents: cents(21_873),
      has_wallet: true,
      wallet_balance_cents: cents(18_420 + credit),
      has_active_subscription: true,
      currency: 'EUR',
    },
    details: {
      subscriptions: [
        details(TEAM, 'morel-team', {
          charges: [
            chargeOf(
              'api_calls',
              'API calls',
              usage > 0 ? '372418' : '0',
              usage > 0 ? '3269.016' : '0',
            ),
            chargeOf('compute_minutes', 'Compute minutes', '5420.5', '3473.75'),
          ],
          pending_plan: elapsed < 13 ? BUSINESS : null,
        }),
        details(ARCHIVE, 'morel-archive', { trial_ends_at: day(6), in_trial: elapsed < 6 }),
      ],
      totals_by_currency: [],
      overdue: overdue
        ? [
            {
              currency: 'EUR',
              count: 1,
              amount_cents: cents(21_873),
              oldest_due_date: '2026-11-19',
            },
          ]
        : [],
      wallets: [
        ...(credit > 0 ? [wallet(WELCOME, 'Welcome credit', credit, 1, day(10))] : []),
        wallet(PREPAID, 'Prepaid credits', 18_420, 10, null),
      ],
      unavailable: [],
    },
    meta: FRESH,
  };
}

const quantity = (
  feature_name: string,
  feature_code: string,
  entitlement_value: string,
  current_usage: string | null,
  usage_percentage: number | null,
): UsageProgress => ({
  feature_name,
  feature_code,
  feature_type: 'quantity',
  entitlement_value,
  current_usage,
  usage_percentage,
});

const chargeOf = (code: string, name: string, units: string, amount: string): ChargeDetails => ({
  charge_id: code,
  metric_code: code,
  metric_name: name,
  charge_model: 'graduated',
  aggregation: 'sum',
  units,
  events: 170,
  amount,
  reason: null,
});

const details = (
  id: string,
  externalId: string,
  more: Partial<SubscriptionDetails>,
): SubscriptionDetails => ({
  subscription_id: id,
  subscription_external_id: externalId,
  status: 'active',
  timezone: 'Europe/Paris',
  current_period: { start: day(-17), end: day(13) },
  trial_ends_at: null,
  in_trial: false,
  ends_at: null,
  pending_plan: null,
  charges: [],
  previous_period: null,
  ...more,
});

const wallet = (
  id: string,
  name: string,
  balance: number,
  priority: number,
  expires: string | null,
): WalletDetails => ({
  wallet_id: id,
  name,
  currency: 'EUR',
  balance_cents: cents(balance),
  priority,
  expires_at: expires,
});

const inYen = (dashboard: Dashboard): Dashboard =>
  JSON.parse(JSON.stringify(dashboard).replaceAll('"EUR"', '"JPY"')) as Dashboard;

/** One charge cannot be priced: the line counts as nothing and the answer says so. */
function incomplete(dashboard: Dashboard): Dashboard {
  const reason = 'charge model percentage is not built yet';
  const [team, ...others] = dashboard.details.subscriptions;
  const [first, ...rest] = team!.charges;
  const charges = [
    { ...first!, metric_name: 'Card payments', units: null, amount: null, reason },
    ...rest,
  ];
  return {
    ...dashboard,
    details: { ...dashboard.details, subscriptions: [{ ...team!, charges }, ...others] },
    meta: {
      status: 'partial',
      reasons: [{ code: 'unavailable_charge', detail: `card_payments: ${reason}` }],
    },
  };
}

const nothing = (currency: string): Dashboard => ({
  next_billing: [],
  upcoming_charges: [],
  usage_progress: [],
  quick_actions: {
    outstanding_invoice_count: 0,
    outstanding_amount_cents: cents(0),
    has_wallet: false,
    wallet_balance_cents: cents(0),
    has_active_subscription: false,
    currency,
  },
  details: { subscriptions: [], totals_by_currency: [], overdue: [], wallets: [], unavailable: [] },
  meta: FRESH,
});
