import { charge } from '../charges.ts';
import { included, PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Danan Trading',
  external_id: 'danan-trading',
  description:
    'Dinars with three decimals, drivers and trucks counted, billed on the month’s last day',
  currency: 'KWD',
  timezone: 'Asia/Kuwait',
  locale: 'en-KW',
};

const TERMS: WireTerms = {
  plan: {
    code: 'standard-kwd',
    name: 'Standard',
    interval: 'monthly',
    amount_cents: 45_500,
    currency: 'KWD',
  },
  charges: [
    charge('standard-kwd', 'route_km', 'graduated', {
      tiers: [
        { up_to: 1_000, unit_price: '12', flat_amount: '0' },
        { up_to: null, unit_price: '8.5', flat_amount: '500' },
      ],
    }),
    charge('standard-kwd', 'drivers', 'standard', { amount: '1500' }),
    charge('standard-kwd', 'trucks', 'standard', { amount: '2250' }),
  ],
  entitlements: [
    quantity('route_km', 5_000),
    quantity('drivers', 10),
    included('live_map', 'Live map'),
  ],
};

/** Three digits after the point, and an anchor that stays on the month's last day. */
export const dananTrading = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(400), (tell) => {
    const start = t.monthEnd(30, 100);
    const subscription = tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'danan-standard',
          status: 'active',
          billing_time: 'anniversary',
          month_end: 'end_of_month',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    tell.usage({ metric: 'route_km', from: t.daysAgo(75), to: t.now, events: 120, total: 9_350 });
    const vehicles = { from: t.daysAgo(75), to: t.now } as const;
    tell.usage({ ...vehicles, metric: 'drivers', events: 90, kind: { unique: 8 } });
    tell.usage({ ...vehicles, metric: 'trucks', events: 60, between: [4, 7], kind: 'point' });
    monthlyInvoices(tell, t, {
      prefix: 'PA-DANAN',
      months: 3,
      currency: 'KWD',
      around: 71_250,
      subscription,
      newest: 'due',
    });
  });
