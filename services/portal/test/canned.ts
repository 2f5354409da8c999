import { cents } from '@portal/billing';
import type { Details, UsageProgress } from '@portal/projection';
import type { Embedded } from '../src/api.ts';
import {
  apiCalls,
  computeMinutes,
  featureOf,
  NO_DETAILS,
  runwayOf,
  type ServerAnswer,
  subscriptionOf,
  walletOf,
} from './canned-details.ts';
import { ENDLESS, HOSTILE, named, STACKED } from './canned-hostile.ts';
import { incomplete } from './canned-incomplete.ts';
import { standing } from './canned-standing.ts';
import { turning } from './canned-turning.ts';

const DAY_MS = 86_400_000;

/** The test server's clock, frozen. */
export const NOW = Date.parse('2026-11-23T10:00:00Z');
const day = (days: number): string =>
  new Date(NOW + days * DAY_MS).toISOString().replace('.000', '');

const TEAM = '11111111-1111-4111-8111-111111111111';
const ARCHIVE = '22222222-2222-4222-8222-222222222222';
const WELCOME = '33333333-3333-4333-8333-333333333333';
const PREPAID = '44444444-4444-4444-8444-444444444444';

const sample = (name: string, token: string) => ({
  name,
  description: `${name}, as a test needs it`,
  token,
});

export const EMBEDDED: Embedded = {
  now: new Date(NOW).toISOString(),
  frozen: true,
  customers: [
    sample('Atelier Morel', 'morel'),
    sample('Shirakawa Robotics', 'shirakawa'),
    sample('Quasar Freight', 'quasar'),
    sample('Danan Trading', 'danan'),
    sample('Kestrel Bakehouse', 'kestrel'),
  ],
};

/** What each sample's dashboard says at an instant. Bills roll over, a credit expires, an invoice falls due. */
export const DASHBOARDS: Readonly<Record<string, (at: number) => ServerAnswer>> = {
  morel: (at) => morel(at),
  shirakawa: (at) => readIn('ja-JP', inYen(morel(at))),
  quasar: (at) => readIn('en-US', incomplete(morel(at))),
  danan: (at) => readIn('en-GB', turning(morel(at))),
  kestrel: () => readIn('en-CA', nothing('CAD')),
  seats: (at) => standing(at),
  unkept: () => standing(Date.parse('2026-06-10T00:00:00Z')),
  rolling: (at) => ({ ...morel(at), meta: OTHER_ZONE_DATA }),
  endless: (at) => named(ENDLESS, incomplete(morel(at))),
  stacked: (at) => named(STACKED, incomplete(morel(at))),
  ...Object.fromEntries(
    Object.values(HOSTILE).map((text, index) => [
      `hostile-${index}`,
      (at: number) => named(text, incomplete(morel(at))),
    ]),
  ),
};

/** The same of a customer with another `portal_locale`. */
export const readIn = (locale: string | null, answer: ServerAnswer): ServerAnswer => ({
  ...answer,
  details: { ...answer.details, customer: { ...answer.details.customer, locale } },
});

const BUSINESS = {
  plan_code: 'business-eur',
  plan_name: 'Business',
  effective_at: day(13),
  amount_cents: cents(29_900),
  currency: 'EUR',
};

/** As while a new image is rolled out. */
const OTHER_ZONE_DATA: ServerAnswer['meta'] = {
  status: 'stale',
  reasons: [
    { code: 'time_zone_data', detail: 'folded with time zone data 2026a, answered with 2026b' },
  ],
};

const FRESH: ServerAnswer['meta'] = { status: 'fresh', reasons: [] };

function morel(at: number): ServerAnswer {
  const elapsed = (at - NOW) / DAY_MS;
  // Bills fall 13 days after now and every 30 days from then on.
  const next = 13 + 30 * Math.max(0, Math.ceil((elapsed - 12.99) / 30));
  // Later there is nothing but a charge's minimum.
  const used = elapsed < 13;
  const usage = used ? 6_742 : 3_473;
  const credit = elapsed < 10 ? 2_500 : 0;
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
        base_amount_cents: cents(14_900),
        usage_amount_cents: cents(usage),
        total_estimated_cents: cents(14_900 + usage),
        currency: 'EUR',
      },
      {
        subscription_id: ARCHIVE,
        subscription_external_id: 'morel-archive',
        plan_name: 'Archive',
        base_amount_cents: cents(119_000),
        usage_amount_cents: cents(0),
        total_estimated_cents: cents(119_000),
        currency: 'EUR',
      },
    ],
    usage_progress: [
      quantity('API calls', 'api_calls', '500000', used ? '372418' : '0', used ? 74.4836 : 0),
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
    details: morelDetails(elapsed, next, usage, credit),
    meta: FRESH,
  };
}

function morelDetails(elapsed: number, next: number, usage: number, credit: number): Details {
  const used = elapsed < 13;
  const burned = 14_900 + usage;
  return {
    ...NO_DETAILS,
    customer: { locale: 'fr-FR', timezone: 'Europe/Paris' },
    subscriptions: [
      subscriptionOf(TEAM, 'morel-team', {
        current_period: { start: day(next - 30), end: day(next) },
        charges: [apiCalls(used), computeMinutes(used)],
        pending_plan: used ? BUSINESS : null,
        minimum_commitment: {
          committed_cents: cents(30_000),
          burned_cents: cents(burned),
          true_up_cents: cents(30_000 - burned),
        },
        previous_period: {
          start: day(next - 60),
          end: day(next - 30),
          usage_amount_cents: cents(6_120),
          invoice_arrived: true,
        },
      }),
      subscriptionOf(ARCHIVE, 'morel-archive', {
        current_period: { start: day(0), end: day(430) },
        trial_ends_at: day(6),
        in_trial: elapsed < 6,
        ends_at: null,
      }),
    ],
    features: [
      featureOf(TEAM, 'API calls', 'api_calls', '500000', {
        current_usage: used ? '372418' : '0',
        usage_percentage: used ? '74.4836' : '0',
        resets_at: day(next),
        runway: used ? runwayOf(day(6), day(8)) : null,
      }),
      featureOf(TEAM, 'Compute minutes', 'compute_minutes', '6000', {
        current_usage: '5420.5',
        usage_percentage: '90.3417',
        resets_at: day(next),
        runway: runwayOf(day(11), day(20)),
      }),
      featureOf(TEAM, 'Storage (GB)', 'storage_gb', '150', {
        current_usage: '187',
        usage_percentage: '124.6667',
        overage: '37',
        resets_at: day(next),
      }),
      featureOf(ARCHIVE, 'Storage (GB)', 'storage_gb', '40', {
        current_usage: '12',
        usage_percentage: '30',
        resets_at: day(430),
      }),
    ],
    totals_by_currency: [
      {
        currency: 'EUR',
        outstanding_invoice_count: 1,
        outstanding_amount_cents: cents(21_873),
        wallet_balance_cents: cents(18_420 + credit),
        upcoming_total_cents: cents(133_900 + usage),
        wallet_runway: runwayOf(day(70), day(84)),
      },
    ],
    overdue:
      elapsed < -4
        ? []
        : [
            {
              currency: 'EUR',
              count: 1,
              amount_cents: cents(21_873),
              oldest_due_date: '2026-11-19',
            },
          ],
    wallets: [
      ...(credit > 0 ? [walletOf(WELCOME, 'Welcome credit', credit, 1, day(10))] : []),
      walletOf(PREPAID, 'Prepaid credits', 18_420, 10, null),
    ],
    expiring_credits:
      credit > 0
        ? [
            {
              wallet_id: WELCOME,
              currency: 'EUR',
              amount_cents: cents(credit),
              expires_at: day(10),
            },
          ]
        : [],
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

const inYen = (dashboard: ServerAnswer): ServerAnswer =>
  JSON.parse(JSON.stringify(dashboard).replaceAll('"EUR"', '"JPY"')) as ServerAnswer;

const nothing = (currency: string): ServerAnswer => ({
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
  details: NO_DETAILS,
  meta: FRESH,
});
