import { seededRandom } from '../chance.ts';
import { type Step, type Teller } from '../story.ts';
import { type Timeline } from '../timeline.ts';
import { type WireInvoice } from '../wire.ts';

/** How the newest invoice of a series stands; the older ones are all paid. */
export type NewestInvoice = 'overdue' | 'partially_paid' | 'credited' | 'due' | 'paid';

export interface InvoiceSeries {
  readonly prefix: string;
  readonly months: number;
  readonly currency: string;
  /** Typical total in minor units; each invoice varies by up to a tenth. */
  readonly around: number;
  readonly subscription: string;
  readonly newest: NewestInvoice;
}

const DAYS_TO_PAY = 14;

/** One invoice a month: drafted, finalized a day later, and paid, all but the newest. */
export function monthlyInvoices(tell: Teller, t: Timeline, series: InvoiceSeries): void {
  const random = seededRandom(series.prefix);
  for (let month = series.months; month >= 1; month -= 1) {
    const newest = month === 1;
    const state = newest ? series.newest : 'paid';
    // The newest lies so that an overdue one is past its date and a due one is still ahead of it.
    const age = month * 30 - 30 + (state === 'due' || state === 'partially_paid' ? 6 : 19);
    const total = Math.round(series.around * (0.9 + random() * 0.2));
    const number = `${series.prefix}-${String(series.months - month + 1).padStart(3, '0')}`;
    tell.invoice([
      [
        t.daysAgo(age + 1),
        'invoice.created',
        {
          number,
          invoice_type: 'subscription',
          status: 'draft',
          currency: series.currency,
          total_cents: total,
          subscription_ids: [series.subscription],
        },
      ],
      [
        t.daysAgo(age),
        'invoice.finalized',
        {
          status: 'finalized',
          payment_status: 'pending',
          issuing_date: t.date(-age),
          payment_due_date: t.date(DAYS_TO_PAY - age),
        },
      ],
      ...settlement(t, state, age, total),
    ]);
  }
}

function settlement(
  t: Timeline,
  state: NewestInvoice,
  age: number,
  total: number,
): readonly Step<WireInvoice>[] {
  switch (state) {
    case 'paid':
      return [
        [
          t.daysAgo(age - 4),
          'invoice.paid',
          { status: 'paid', payment_status: 'succeeded', paid_cents: total },
        ],
      ];
    case 'overdue':
      return [[t.daysAgo(age - DAYS_TO_PAY - 1), 'invoice.payment_overdue', {}]];
    case 'partially_paid':
      return [
        [
          t.daysAgo(age - 2),
          'invoice.payment_status_updated',
          { paid_cents: Math.floor(total / 3) },
        ],
      ];
    case 'credited':
      return [[t.daysAgo(age - 3), 'invoice.updated', { credited_cents: Math.floor(total / 4) }]];
    case 'due':
      return [];
    default:
      return state satisfies never;
  }
}
