import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { PARCELO, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: PARCELO,
  name: 'Kestrel Bakehouse',
  external_id: 'kestrel-bakehouse',
  description: 'Terminated subscription, the final invoice is still open',
  currency: 'CAD',
  timezone: 'America/Toronto',
  locale: 'en-CA',
};

const TERMS: WireTerms = {
  plan: {
    code: 'crew-cad',
    name: 'Crew',
    interval: 'monthly',
    amount_cents: 6_400,
    currency: 'CAD',
    pay_in_advance: true,
  },
  charges: [charge('crew-cad', 'parcels', 'standard', { amount: '52' })],
  entitlements: [quantity('parcels', 120)],
};

/** Gone: nothing is billed any more, one invoice is still open. */
export const kestrelBakehouse = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(200), (tell) => {
    const start = t.daysAgo(190);
    const subscription = tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'kestrel-crew',
          status: 'active',
          billing_time: 'calendar',
          ...begun(start),
          ...TERMS,
        },
      ],
      [
        t.daysAgo(25),
        'subscription.terminated',
        {
          status: 'terminated',
          canceled_at: toIso(t.daysAgo(32)),
          terminated_at: toIso(t.daysAgo(25)),
        },
      ],
    ]);
    tell.subscription([
      [
        t.daysAgo(60),
        'subscription.created',
        {
          external_id: 'kestrel-mistake',
          status: 'active',
          created_at: toIso(t.daysAgo(60)),
          started_at: toIso(t.daysAgo(60)),
          plan: TERMS.plan,
        },
      ],
      [t.daysAgo(59), 'subscription.deleted', {}],
    ]);
    tell.customerChange(t.daysAgo(24), { email: 'books@kestrel-bakehouse.example' });
    tell.usage({ metric: 'parcels', from: t.daysAgo(85), to: t.daysAgo(26), events: 110 });
    monthlyInvoices(tell, t, {
      prefix: 'PA-KESTREL',
      months: 5,
      currency: 'CAD',
      around: 9_700,
      subscription,
      newest: 'overdue',
    });
  });
