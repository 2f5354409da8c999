import { toIso } from '@portal/billing';
import { charge } from '../charges.ts';
import { CUMULUS, quantity } from '../organizations.ts';
import { begun, type Profile, type Story, story } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireTerms } from '../wire.ts';

const PROFILE: Profile = {
  organization: CUMULUS,
  name: 'Fjordlys Energi',
  external_id: 'fjordlys',
  description: 'Paused subscription, invoices drafted, pending, failed, voided and deleted',
  currency: 'NOK',
  timezone: 'Europe/Oslo',
  locale: 'nb-NO',
};

const TERMS: WireTerms = {
  plan: {
    code: 'team-nok',
    name: 'Team',
    interval: 'monthly',
    amount_cents: 169_000,
    currency: 'NOK',
  },
  charges: [charge('team-nok', 'api_calls', 'standard', { amount: '0.15' })],
  entitlements: [quantity('api_calls', 200_000)],
};

/** Paused by its owner; its invoices show the states nobody has to pay. */
export const fjordlys = (t: Timeline): Story =>
  story(PROFILE, t.daysAgo(330), (tell) => {
    const start = t.daysAgo(320);
    tell.subscription([
      [
        start,
        'subscription.created',
        {
          external_id: 'fjordlys-team',
          status: 'active',
          billing_time: 'calendar',
          ...begun(start),
          ...TERMS,
        },
      ],
      [t.daysAgo(21), 'subscription.paused', { status: 'paused' }],
    ]);
    tell.usage({
      metric: 'api_calls',
      from: t.daysAgo(62),
      to: t.daysAgo(21),
      events: 90,
      total: 240_000,
    });
    const bill = (number: string, total: number) =>
      ({ number, currency: 'NOK', total_cents: total, invoice_type: 'subscription' }) as const;
    const drafted = bill('CB-FJORD-001', 182_300);
    tell.invoice([
      [t.daysAgo(60), 'invoice.created', { ...drafted, status: 'draft' }],
      [t.daysAgo(58), 'invoice.finalized', { status: 'finalized', payment_status: 'pending' }],
      [t.daysAgo(50), 'invoice.payment_status_updated', { payment_status: 'failed' }],
      [t.daysAgo(44), 'invoice.updated', { status: 'failed' }],
    ]);
    tell.invoice([
      [
        t.daysAgo(43),
        'invoice.finalized',
        { ...bill('CB-FJORD-002', 182_300), status: 'finalized' },
      ],
      [t.daysAgo(40), 'invoice.voided', { status: 'voided' }],
    ]);
    tell.invoice([
      [t.daysAgo(3), 'invoice.created', { ...bill('CB-FJORD-003', 41_200), status: 'pending' }],
    ]);
    tell.invoice([
      [t.daysAgo(1), 'invoice.created', { ...bill('CB-FJORD-004', 9_900), status: 'draft' }],
    ]);
    tell.invoice([
      [t.daysAgo(30), 'invoice.created', { ...bill('CB-FJORD-005', 500), status: 'draft' }],
      [t.daysAgo(29), 'invoice.deleted', { status: 'deleted' }],
    ]);
    tell.wallet('project', [
      [
        t.daysAgo(200),
        'wallet.created',
        {
          name: 'Project budget',
          status: 'active',
          currency: 'NOK',
          balance_cents: 100_000,
          created_at: toIso(t.daysAgo(200)),
        },
      ],
      [t.daysAgo(20), 'wallet.terminated', { status: 'terminated' }],
    ]);
  });
