import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { CUMULUS, included, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Viña Los Andes',
  external_id: 'vina-los-andes',
  description: 'Yearly plan, canceled, ends in 12 days',
  currency: 'CLP',
  timezone: 'America/Santiago',
  locale: 'es-CL',
};

const TERMS: WireTerms = {
  plan: {
    code: 'yearly-clp',
    name: 'Anual',
    interval: 'yearly',
    amount_cents: 1_190_000,
    currency: 'CLP',
  },
  charges: [charge('yearly-clp', 'compute_minutes', 'standard', { amount: '4.75' })],
  entitlements: [quantity('compute_minutes', 60_000), included('backups', 'Backups')],
};

/** Signed for a year at a time and leaving: the end lies ahead. */
export const vinaLosAndes = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(720), (tell) => {
    const start = t.daysAgo(700);
    tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'andes-yearly',
          status: 'active',
          billing_time: 'anniversary',
          ...begun(start),
          ...TERMS,
        },
      ],
      [
        t.daysAgo(8),
        'subscription.canceled',
        {
          status: 'canceled',
          canceled_at: toIso(t.daysAgo(8)),
          ending_at: toIso(t.inDays(12)),
        },
      ],
    ]);
    tell.usage({
      metric: 'compute_minutes',
      from: t.daysAgo(70),
      to: t.now,
      events: 140,
      total: 26_400,
    });
    tell.invoice([
      [
        t.daysAgo(335),
        'invoice.finalized',
        {
          number: 'CB-ANDES-001',
          status: 'finalized',
          payment_status: 'pending',
          currency: 'CLP',
          total_cents: 1_190_000,
          issuing_date: t.date(-335),
          payment_due_date: t.date(-305),
        },
      ],
      [
        t.daysAgo(310),
        'invoice.paid',
        { status: 'paid', payment_status: 'succeeded', paid_cents: 1_190_000 },
      ],
    ]);
  });
