import type { Dashboard } from './api.ts';

/** Names one shown figure: card, row, field. */
export type Figure = string;

export const CARDS = {
  bills: 'next bills',
  charges: 'upcoming charges',
  usage: 'usage',
  wallet: 'wallet',
  invoices: 'outstanding invoices',
} as const;
export type CardName = keyof typeof CARDS;

export const figure = (card: CardName, row: string, field: string): Figure =>
  `${card}/${row}/${field}`;

/** The figures that are new or differ between two answers about the same customer. */
export function changedFigures(before: Dashboard, after: Dashboard): ReadonlySet<Figure> {
  const old = figures(before);
  const changed = [...figures(after)].filter(([name, value]) => old.get(name) !== value);
  return new Set(changed.map(([name]) => name));
}

/** The cards of which a figure changed or went away, as a reader would list them. */
export function changedCards(before: Dashboard, after: Dashboard): readonly string[] {
  const now = figures(after);
  const gone = [...figures(before).keys()].filter((name) => !now.has(name));
  const touched = [...changedFigures(before, after), ...gone].map((name) => name.split('/')[0]);
  return Object.entries(CARDS)
    .filter(([card]) => touched.includes(card))
    .map(([, title]) => title);
}

function figures(dashboard: Dashboard): ReadonlyMap<Figure, unknown> {
  const found = new Map<Figure, unknown>();
  const take = (card: CardName, row: string, fields: Readonly<Record<string, unknown>>): void => {
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
  for (const wallet of dashboard.details.wallets)
    take('wallet', wallet.wallet_id, { balance_cents: wallet.balance_cents });
  take('invoices', 'all', {
    outstanding_amount_cents: actions.outstanding_amount_cents,
    outstanding_invoice_count: actions.outstanding_invoice_count,
  });
  for (const overdue of dashboard.details.overdue) {
    take('invoices', overdue.currency, { overdue: overdue.amount_cents });
  }
  return found;
}
