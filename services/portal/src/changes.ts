import type { Dashboard } from './api.ts';

/** Names one shown figure: card, row, field. */
export type Figure = string;

/** In the order of the page. */
const CARDS = ['bills', 'charges', 'usage', 'wallet', 'invoices', 'totals'] as const;
export type CardName = (typeof CARDS)[number];

export const figure = (card: CardName, row: string, field: string): Figure =>
  `${card}/${row}/${field}`;

/** The figures that are new or differ between two answers about the same customer. */
export function changedFigures(before: Dashboard, after: Dashboard): ReadonlySet<Figure> {
  const old = figures(before);
  const changed = [...figures(after)].filter(([name, value]) => old.get(name) !== value);
  return new Set(changed.map(([name]) => name));
}

/** The cards of which a figure changed or went away. */
export function changedCards(before: Dashboard, after: Dashboard): readonly CardName[] {
  const now = figures(after);
  const gone = [...figures(before).keys()].filter((name) => !now.has(name));
  const touched = [...changedFigures(before, after), ...gone].map((name) => name.split('/')[0]);
  return CARDS.filter((card) => touched.includes(card));
}

type Take = (card: CardName, row: string, fields: Readonly<Record<string, unknown>>) => void;

function figures(dashboard: Dashboard): ReadonlyMap<Figure, unknown> {
  const found = new Map<Figure, unknown>();
  const take: Take = (card, row, fields) => {
    for (const [field, value] of Object.entries(fields)) found.set(figure(card, row, field), value);
  };
  for (const {
    next_billing_date,
    days_until_next_billing,
    amount_cents,
    ...bill
  } of dashboard.next_billing) {
    take('bills', bill.subscription_id, {
      next_billing_date,
      days_until_next_billing,
      amount_cents,
    });
  }
  for (const {
    base_amount_cents,
    usage_amount_cents,
    total_estimated_cents,
    ...charge
  } of dashboard.upcoming_charges) {
    take('charges', charge.subscription_id, {
      base_amount_cents,
      usage_amount_cents,
      total_estimated_cents,
    });
  }
  for (const { feature_code, current_usage, entitlement_value } of dashboard.usage_progress) {
    take('usage', feature_code, { current_usage, entitlement_value });
  }
  const actions = dashboard.quick_actions;
  take('wallet', 'all', {
    wallet_balance_cents: actions.wallet_balance_cents,
    has_wallet: actions.has_wallet,
  });
  take('invoices', 'all', {
    outstanding_amount_cents: actions.outstanding_amount_cents,
    outstanding_invoice_count: actions.outstanding_invoice_count,
  });
  takeDetails(dashboard.details, take);
  return found;
}

function takeDetails(details: Dashboard['details'], take: Take): void {
  const { subscriptions, wallets, overdue, totals_by_currency } = details;
  for (const { subscription_id, charges, minimum_commitment } of subscriptions) {
    for (const { charge_id, amount } of charges) {
      take('charges', subscription_id, { [charge_id]: amount });
    }
    if (minimum_commitment !== null) {
      const { burned_cents, true_up_cents } = minimum_commitment;
      take('charges', subscription_id, { burned_cents, true_up_cents });
    }
  }
  for (const { wallet_id, balance_cents } of wallets) take('wallet', wallet_id, { balance_cents });
  for (const late of overdue) take('invoices', late.currency, { overdue: late.amount_cents });
  // With one currency the other cards say it all.
  if (totals_by_currency.length < 2) return;
  for (const total of totals_by_currency) {
    const { upcoming_total_cents, outstanding_amount_cents, wallet_balance_cents } = total;
    take('totals', total.currency, {
      upcoming_total_cents,
      outstanding_amount_cents,
      wallet_balance_cents,
    });
  }
}
