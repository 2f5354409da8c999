import { cents } from '@portal/billing';
import type { ChargeDetails, CurrencyTotals, Details } from '@portal/projection';
import { type ServerAnswer } from './canned-details.ts';

export const REASON = "unknown charge model 'auction'";
const FEATURE_REASON = 'aggregation latest needs points, 3 events are counters';
const PREVIOUS_REASON =
  'previous period: period_not_kept: usage of the period from 2026-10-07T00:00:00Z is not kept';

/**
 * The same customer where nearly everything is wrong that can be: a charge and a feature without a figure,
 * a period before that is not kept, invoices overdue in two currencies.
 */
export function incomplete(dashboard: ServerAnswer): ServerAnswer {
  const usage_progress = dashboard.usage_progress.map((feature) =>
    feature.feature_code === 'compute_minutes'
      ? { ...feature, current_usage: null, usage_percentage: null }
      : feature,
  );
  return {
    ...dashboard,
    usage_progress,
    details: incompleteDetails(dashboard.details),
    meta: {
      status: 'partial',
      reasons: [{ code: 'unavailable_charge', detail: `card_payments: ${REASON}` }],
    },
  };
}

function incompleteDetails(details: Details): Details {
  const [team, ...others] = details.subscriptions;
  const { subscription_id } = team!;
  const [first, ...rest] = team!.charges;
  const [euro] = details.totals_by_currency;
  const line = { subscription_id, charge_id: null, feature_code: null };
  return {
    ...details,
    subscriptions: [
      {
        ...team!,
        charges: [unpriced(first!), ...rest],
        minimum_commitment: {
          committed_cents: cents(30_000),
          burned_cents: null,
          true_up_cents: null,
        },
        previous_period: {
          ...team!.previous_period!,
          usage_amount_cents: null,
          invoice_arrived: null,
        },
      },
      ...others,
    ],
    totals_by_currency: [euro!, dinars(euro!)],
    overdue: [
      ...details.overdue,
      { currency: 'KWD', count: 2, amount_cents: cents(1_545_500), oldest_due_date: '2026-10-31' },
    ],
    unavailable: [
      { ...line, charge_id: first!.charge_id, reason: REASON },
      { ...line, feature_code: 'compute_minutes', reason: FEATURE_REASON },
      { ...line, reason: PREVIOUS_REASON },
      { ...line, reason: `usage_amount_cents is ${2n ** 60n}, more than an amount can hold` },
    ],
  };
}

const unpriced = (charge: ChargeDetails): ChargeDetails => ({
  ...charge,
  metric_name: 'Card payments',
  units: null,
  amount: null,
  reason: REASON,
  parts: charge.parts.map((part) => ({ ...part, amount: null, reason: REASON, steps: [] })),
});

const dinars = (euro: CurrencyTotals): CurrencyTotals => ({
  ...euro,
  currency: 'KWD',
  outstanding_invoice_count: 2,
  outstanding_amount_cents: cents(1_545_500),
  wallet_balance_cents: cents(0),
  upcoming_total_cents: cents(0),
  wallet_runway: null,
});
