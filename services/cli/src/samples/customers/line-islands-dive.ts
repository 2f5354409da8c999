import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { included, PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WirePlan, type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Line Islands Dive Co.',
  external_id: 'line-islands-dive',
  description: 'Day 9 of a 14-day trial, a second subscription begins in 6 days',
  currency: 'AUD',
  timezone: 'Pacific/Kiritimati',
  locale: 'en-AU',
};

const CREW: WirePlan = {
  code: 'crew-aud',
  name: 'Crew',
  interval: 'monthly',
  amount_cents: 5_900,
  currency: 'AUD',
  pay_in_advance: true,
};

const CREW_TERMS: WireTerms = {
  plan: CREW,
  charges: [charge('crew-aud', 'parcels', 'standard', { amount: '45' })],
  entitlements: [quantity('parcels', 80), included('returns', 'Returns portal')],
};

const CARGO_TERMS: WireTerms = {
  plan: { ...CREW, code: 'cargo-aud', name: 'Cargo', amount_cents: 12_900 },
  charges: [charge('cargo-aud', 'pallets', 'standard', { amount: '650' })],
  entitlements: [quantity('pallets', 12)],
};

/** First place on earth to see a new day: in trial, and a second plan that has not begun. */
export const lineIslandsDive = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(10), (tell) => {
    const start = t.daysAgo(9);
    tell.subscription([
      [
        start,
        'subscription.started',
        {
          external_id: 'dive-crew',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          trial_period_days: 14,
          ...CREW_TERMS,
        },
      ],
    ]);
    tell.subscription([
      [
        t.daysAgo(2),
        'subscription.created',
        {
          external_id: 'dive-cargo',
          status: 'pending',
          billing_time: 'anniversary',
          subscription_at: toIso(t.inDays(6)),
          created_at: toIso(t.daysAgo(2)),
          ...CARGO_TERMS,
        },
      ],
    ]);
    tell.usage({ metric: 'parcels', from: t.daysAgo(8), to: t.now, events: 31 });
  });
