import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { described, PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Shirakawa Robotics',
  external_id: 'shirakawa-robotics',
  description: 'Calendar quarters in yen, prepaid credits used up',
  currency: 'JPY',
  timezone: 'Asia/Tokyo',
  locale: 'ja-JP',
};

const TERMS: WireTerms = {
  plan: {
    code: 'fleet-jpy',
    name: 'Fleet',
    interval: 'quarterly',
    amount_cents: 148_000,
    currency: 'JPY',
    pay_in_advance: true,
  },
  charges: [
    charge('fleet-jpy', 'parcels', 'package', {
      amount: '1800',
      package_size: 10,
      free_units: 50,
    }),
    charge('fleet-jpy', 'pallets', 'standard', { amount: '950' }),
  ],
  entitlements: [
    quantity('parcels', 600),
    quantity('pallets', 60),
    described('carrier_mix', 'Carriers', 'Up to 5, by agreement'),
  ],
};

/** A currency without minor units, calendar quarters, and credits that ran out. */
export const shirakawaRobotics = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(300), (tell) => {
    const start = t.daysAgo(290);
    tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'shirakawa-fleet',
          status: 'active',
          billing_time: 'calendar',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    tell.usage({ metric: 'parcels', from: t.daysAgo(75), to: t.now, events: 220 });
    tell.usage({
      metric: 'pallets',
      from: t.daysAgo(75),
      to: t.now,
      events: 40,
      between: [31, 52],
    });
    tell.wallet('prepaid', [
      [
        t.daysAgo(100),
        'wallet.created',
        {
          name: 'Prepaid credits',
          status: 'active',
          currency: 'JPY',
          balance_cents: 300_000,
          priority: 5,
          created_at: toIso(t.daysAgo(100)),
        },
      ],
      [
        t.daysAgo(40),
        'wallet.transaction_created',
        { balance_cents: 84_000, consumed_cents: 216_000 },
      ],
      [t.daysAgo(5), 'wallet.depleted', { balance_cents: 0, consumed_cents: 300_000 }],
    ]);
  });
