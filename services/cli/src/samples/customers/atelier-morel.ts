import { toIso } from '@portal/billing';
import { charge, ranges } from '../charges.ts';
import { CUMULUS, described, included, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story, type Teller } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WirePlan, type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Atelier Morel',
  external_id: 'atelier-morel',
  description: 'Monthly plan with a minimum, graduated usage, two wallets, one overdue invoice',
  currency: 'EUR',
  timezone: 'Europe/Paris',
  locale: 'fr-FR',
};

const PLAN: WirePlan = {
  code: 'team-eur',
  name: 'Team',
  interval: 'monthly',
  amount_cents: 14_900,
  currency: 'EUR',
  minimum_commitment_cents: 40_000,
};

const CHARGES = [
  charge('team-eur', 'api_calls', 'graduated', {
    graduated_ranges: ranges([
      [100_000, '0'],
      [500_000, '0.012'],
      [null, '0.008'],
    ]),
  }),
  charge(
    'team-eur',
    'compute_minutes',
    'standard',
    { amount: '0.9' },
    {
      filters: [
        { dimensions: { size: ['large'] }, properties: { amount: '2.4' }, display_name: 'Large' },
        {
          dimensions: { size: ['large'], region: ['eu-west', 'eu-north'] },
          properties: { amount: '2.1' },
          display_name: 'Large, in Europe',
        },
      ],
    },
  ),
  charge('team-eur', 'storage_gb', 'package', {
    amount: '250',
    package_size: 50,
    free_units: 100,
  }),
];

const TERMS: WireTerms = {
  plan: PLAN,
  charges: CHARGES,
  entitlements: [
    quantity('api_calls', 500_000),
    quantity('compute_minutes', 6_000),
    quantity('storage_gb', 250),
    included('sso', 'Single sign-on'),
    included('audit_log', 'Audit log', false),
    described('support', 'Support', 'Business hours, answer within 4 h'),
  ],
};

/** The first card a visitor sees: a healthy account with a bit of everything. */
export const atelierMorel = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(280), (tell) => {
    const start = t.anchor(17, 1, 8);
    const subscription = tell.subscription([
      [
        start,
        'subscription.started',
        {
          external_id: 'morel-team',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    tellUsage(tell, t);
    monthlyInvoices(tell, t, {
      prefix: 'CB-MOREL',
      months: 7,
      currency: 'EUR',
      around: 21_400,
      subscription,
      newest: 'overdue',
    });
    tellWallets(tell, t);
  });

function tellUsage(tell: Teller, t: Timeline): void {
  tell.usage({
    metric: 'api_calls',
    from: t.daysAgo(75),
    to: t.now,
    events: 170,
    total: 1_570_000,
  });
  tell.usage({
    metric: 'compute_minutes',
    from: t.daysAgo(75),
    to: t.now,
    events: 130,
    total: 13_400,
    dimensions: (random) => ({
      size: random() < 0.6 ? 'small' : 'large',
      region: random() < 0.7 ? 'eu-west' : 'us-east',
    }),
  });
  tell.usage({
    metric: 'storage_gb',
    from: t.daysAgo(75),
    to: t.now,
    events: 60,
    between: [148, 187],
  });
}

function tellWallets(tell: Teller, t: Timeline): void {
  tell.wallet('prepaid', [
    [
      t.daysAgo(120),
      'wallet.created',
      {
        name: 'Prepaid credits',
        code: 'prepaid',
        status: 'active',
        currency: 'EUR',
        balance_cents: 50_000,
        consumed_cents: 0,
        priority: 10,
        created_at: toIso(t.daysAgo(120)),
      },
    ],
    [
      t.daysAgo(47),
      'wallet.transaction_created',
      { balance_cents: 31_850, consumed_cents: 18_150 },
    ],
    [
      t.daysAgo(17),
      'wallet.transaction_created',
      { balance_cents: 18_420, consumed_cents: 31_580 },
    ],
  ]);
  tell.wallet('welcome', [
    [
      t.daysAgo(80),
      'wallet.created',
      {
        name: 'Welcome credit',
        code: 'welcome',
        status: 'active',
        currency: 'EUR',
        balance_cents: 2_500,
        priority: 1,
        expiration_at: toIso(t.inDays(10)),
        created_at: toIso(t.daysAgo(80)),
      },
    ],
  ]);
}
