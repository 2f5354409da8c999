import { nearestCents } from '@portal/billing';
import { type QuickActions, type StatusReason } from '../answer.ts';
import { type Document } from '../document.ts';
import { type Clock } from './clock.ts';
import { type Sums } from './totals.ts';
import { liveWallets } from './wallets.ts';

/** Headline amounts count one currency only: the dashboard's. Others are flagged and listed in details. */
export function quickActions(
  document: Document,
  sums: readonly Sums[],
  hasCurrent: boolean,
  clock: Clock,
): { readonly actions: QuickActions; readonly reasons: readonly StatusReason[] } {
  const { currency, invoices } = document;
  const wallets = liveWallets(document, clock);
  const own = sums.find((one) => one.currency === currency);
  const others = new Set(
    [...invoices, ...wallets].map((item) => item.currency).filter((code) => code !== currency),
  );
  return {
    actions: {
      outstanding_invoice_count: invoices.reduce((sum, { count }) => sum + count, 0),
      outstanding_amount_cents: nearestCents(own?.outstanding ?? 0n),
      has_wallet: wallets.length > 0,
      wallet_balance_cents: nearestCents(own?.balance ?? 0n),
      has_active_subscription: hasCurrent,
      currency,
    },
    reasons: [...others].sort().map((code) => ({
      code: 'partial_currency',
      detail: `amounts in ${code} are not part of the ${currency} totals`,
    })),
  };
}
