import { charge } from '../charges.ts';
import { CUMULUS, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Quasar Freight',
  external_id: 'quasar-freight',
  description: 'A charge priced by percentage beside one with a minimum',
  currency: 'USD',
  timezone: 'America/Los_Angeles',
  locale: 'en-US',
};

const TERMS: WireTerms = {
  plan: {
    code: 'growth-usd',
    name: 'Growth',
    interval: 'quarterly',
    amount_cents: 74_700,
    currency: 'USD',
  },
  charges: [
    // 200,000 calls a quarter are paid for, made or not.
    charge('growth-usd', 'api_calls', 'standard', { amount: '0.03' }, { min_amount_cents: 6_000 }),
    charge('growth-usd', 'card_payments', 'percentage', {
      rate: '1.4',
      fixed_amount: '20',
    }),
  ],
  entitlements: [quantity('api_calls', 750_000)],
};

/** Pays for card payments by percentage, and for API calls at least a minimum. */
export const quasarFreight = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(150), (tell) => {
    const start = t.anchor(12, 3, 1);
    tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'quasar-growth',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    tell.usage({
      metric: 'api_calls',
      from: t.daysAgo(60),
      to: t.now,
      events: 120,
      total: 640_000,
    });
    tell.usage({
      metric: 'card_payments',
      from: t.daysAgo(60),
      to: t.now,
      events: 80,
      total: 3_940_000,
    });
  });
