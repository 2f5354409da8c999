import { charge, ranges } from '../charges.ts';
import { CUMULUS, described, included, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WirePlan, type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Harbor & Pine Outfitters',
  external_id: 'harbor-pine',
  description: 'Over its limit, volume pricing, an invoice paid in part',
  currency: 'USD',
  timezone: 'America/New_York',
  locale: 'en-US',
};

const SCALE: WirePlan = {
  code: 'scale-usd',
  name: 'Scale',
  interval: 'monthly',
  amount_cents: 49_900,
  currency: 'USD',
};

const STARTER_TERMS: WireTerms = {
  plan: { ...SCALE, code: 'starter-usd', name: 'Starter', amount_cents: 4_900 },
};

const SCALE_TERMS: WireTerms = {
  plan: SCALE,
  charges: [
    charge('scale-usd', 'api_calls', 'volume', {
      volume_ranges: ranges([
        [500_000, '0.02'],
        [2_000_000, '0.015', '1500'],
        [null, '0.01', '2500'],
      ]),
    }),
    charge(
      'scale-usd',
      'seats',
      'graduated',
      {
        graduated_ranges: ranges([
          [10, '0'],
          [25, '1200'],
          [null, '900'],
        ]),
      },
      { min_amount_cents: 5_000 },
    ),
  ],
  entitlements: [
    quantity('api_calls', 1_000_000),
    quantity('seats', 25),
    included('sso', 'Single sign-on'),
    described('support', 'Support', '24 × 7, answer within 1 h'),
  ],
};

/** Twenty days into its month and past what it bought. */
export const harborAndPine = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(220), (tell) => {
    const start = t.anchor(20, 1, 6);
    const subscription = tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'harbor-scale',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...STARTER_TERMS,
        },
      ],
      [
        t.daysAgo(140),
        'subscription.plan_changed',
        {
          ...SCALE_TERMS,
        },
      ],
    ]);
    // The period began 20 days ago: 1.28 million of the 1 million calls fall inside it.
    tell.usage({
      metric: 'api_calls',
      from: t.daysAgo(75),
      to: t.daysAgo(20),
      events: 110,
      total: 1_910_000,
      label: 'earlier',
    });
    tell.usage({
      metric: 'api_calls',
      from: t.daysAgo(19),
      to: t.now,
      events: 90,
      total: 1_280_000,
    });
    tell.usage({
      metric: 'seats',
      from: t.daysAgo(75),
      to: t.now,
      events: 60,
      between: [17, 23],
    });
    monthlyInvoices(tell, t, {
      prefix: 'CB-HARBOR',
      months: 5,
      currency: 'USD',
      around: 81_000,
      subscription,
      newest: 'partially_paid',
    });
  });
