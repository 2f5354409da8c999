import { MICROS_PER_DAY, micros } from '@portal/billing';
import { charge } from '../charges.ts';
import { PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Lord Howe Seaworks',
  external_id: 'lord-howe-seaworks',
  description: 'Weekly plan, exactly at its limit',
  currency: 'AUD',
  timezone: 'Australia/Lord_Howe',
  locale: 'en-AU',
};

const LIMIT = 500;

const TERMS: WireTerms = {
  plan: {
    code: 'weekly-aud',
    name: 'Weekly Dispatch',
    interval: 'weekly',
    amount_cents: 1_900,
    currency: 'AUD',
  },
  charges: [
    charge(
      'weekly-aud',
      'sms_messages',
      'standard',
      { amount: '7.25' },
      { rounding_function: 'ceil' },
    ),
  ],
  entitlements: [quantity('sms_messages', LIMIT)],
};

/** A zone that moves by half an hour; weekly bills; not one unit left. */
export const lordHoweSeaworks = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(90), (tell) => {
    const start = micros(t.daysAgo(5) - 11 * 7 * MICROS_PER_DAY);
    const subscription = tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'seaworks-weekly',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...TERMS,
        },
      ],
    ]);
    // The week began 5 to 6 days ago, at midnight: what lies before belongs to earlier weeks.
    tell.usage({
      metric: 'sms_messages',
      from: t.daysAgo(68),
      to: t.daysAgo(6.5),
      events: 130,
      total: 3_900,
      label: 'earlier',
    });
    tell.usage({
      metric: 'sms_messages',
      from: t.daysAgo(4.5),
      to: t.now,
      events: 40,
      total: LIMIT,
    });
    monthlyInvoices(tell, t, {
      prefix: 'PA-SEA',
      months: 2,
      currency: 'AUD',
      around: 4_400,
      subscription,
      newest: 'paid',
    });
  });
