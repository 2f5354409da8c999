import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { included, PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WirePlan, type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Nilgiri Analytics',
  external_id: 'nilgiri-analytics',
  description: 'Half-years begun on a 31st, moves to a larger plan in 10 days',
  currency: 'INR',
  timezone: 'Asia/Kolkata',
  locale: 'en-IN',
};

const ESSENTIAL: WirePlan = {
  code: 'essential-inr',
  name: 'Essential',
  interval: 'semiannual',
  amount_cents: 1_499_900,
  currency: 'INR',
  pay_in_advance: true,
};

const TERMS: WireTerms = {
  plan: ESSENTIAL,
  charges: [charge('essential-inr', 'sms_messages', 'standard', { amount: '18.5' })],
  entitlements: [quantity('sms_messages', 40_000), included('whitelabel', 'Own brand')],
};

/** Began on a 31st: its half-years end on the last day a month has. */
export const nilgiriAnalytics = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(400), (tell) => {
    const start = t.monthEnd(31, 60);
    tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'nilgiri-essential',
          status: 'active',
          billing_time: 'anniversary',
          month_end: 'day_of_month',
          ...begun(start),
          ...TERMS,
        },
      ],
      [
        t.daysAgo(6),
        'subscription.updated',
        {
          pending_plan: {
            plan: {
              ...ESSENTIAL,
              code: 'business-inr',
              name: 'Business',
              amount_cents: 2_999_900,
            },
            effective_at: toIso(t.inDays(10)),
          },
        },
      ],
    ]);
    tell.usage({
      metric: 'sms_messages',
      from: t.daysAgo(60),
      to: t.now,
      events: 150,
      total: 21_700,
    });
    tell.wallet('advance', [
      [
        t.daysAgo(90),
        'wallet.created',
        {
          name: 'Advance',
          status: 'active',
          currency: 'INR',
          balance_cents: 2_500_000,
          priority: 20,
          expiration_at: toIso(t.inDays(200)),
          created_at: toIso(t.daysAgo(90)),
        },
      ],
    ]);
  });
