import { charge, ranges } from '../charges.ts';
import { CUMULUS, included, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';
import { monthlyInvoices } from './invoices.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Thistle & Crane Publishing',
  external_id: 'thistle-crane',
  description: 'Two subscriptions with usage of their own, an invoice in another currency',
  currency: 'GBP',
  timezone: 'Europe/London',
  locale: 'en-GB',
};

const STUDIO: WireTerms = {
  plan: {
    code: 'studio-gbp',
    name: 'Studio',
    interval: 'monthly',
    amount_cents: 8_900,
    currency: 'GBP',
    pay_in_advance: true,
  },
  charges: [charge('studio-gbp', 'emails_sent', 'package', { amount: '75', package_size: 25 })],
  entitlements: [quantity('emails_sent', 150), included('custom_domain', 'Own domain')],
};

const ARCHIVE: WireTerms = {
  plan: {
    code: 'archive-gbp',
    name: 'Archive',
    interval: 'yearly',
    amount_cents: 119_000,
    currency: 'GBP',
    pay_in_advance: true,
  },
  charges: [
    charge('archive-gbp', 'emails_sent', 'volume', {
      volume_ranges: ranges([
        [1_000, '1.5'],
        [null, '1.1', '200'],
      ]),
    }),
    charge('archive-gbp', 'storage_gb', 'standard', { amount: '2.25' }),
  ],
  entitlements: [quantity('storage_gb', 400)],
};

/** Two subscriptions whose usage is told apart by name, and money in a second currency. */
export const thistleAndCrane = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(420), (tell) => {
    const emails = { metric: 'emails_sent', from: t.daysAgo(62), to: t.now } as const;
    const studio = tell.subscription([
      [
        t.daysAgo(400),
        'subscription.created',
        {
          external_id: 'crane-studio',
          status: 'active',
          billing_time: 'calendar',
          ...begun(t.daysAgo(400)),
          ...STUDIO,
        },
      ],
    ]);
    tell.subscription([
      [
        t.daysAgo(230),
        'subscription.created',
        {
          external_id: 'crane-archive',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(t.daysAgo(230)),
          ...ARCHIVE,
        },
      ],
    ]);
    tell.usage({ ...emails, events: 140, subscription: 'crane-studio', label: 'studio' });
    tell.usage({ ...emails, events: 60, subscription: 'crane-archive', label: 'archive' });
    tell.usage({
      metric: 'storage_gb',
      from: t.daysAgo(62),
      to: t.now,
      events: 30,
      between: [290, 338],
    });
    monthlyInvoices(tell, t, {
      prefix: 'CB-CRANE',
      months: 6,
      currency: 'GBP',
      around: 9_650,
      subscription: studio,
      newest: 'credited',
    });
    tell.invoice([
      [
        t.daysAgo(12),
        'invoice.finalized',
        {
          number: 'CB-CRANE-EUR-001',
          invoice_type: 'one_off',
          status: 'finalized',
          payment_status: 'pending',
          currency: 'EUR',
          total_cents: 24_000,
          issuing_date: t.date(-12),
          payment_due_date: t.date(18),
        },
      ],
    ]);
  });
