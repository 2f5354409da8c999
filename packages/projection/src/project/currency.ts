import { type Settings } from '../settings.ts';
import { type State } from '../state/state.ts';

/**
 * The currency of the headline amounts: the customer's; else the one that all subscriptions, invoices
 * and wallets share (every one that is not deleted); else the configured default.
 */
export function dashboardCurrency(state: State, settings: Settings): string {
  const own = state.customer?.snapshot?.currency ?? null;
  if (own !== null) return own;
  const used = new Set([
    ...Object.values(state.subscriptions).flatMap(({ snapshot }) => snapshot?.plan.currency ?? []),
    ...Object.values(state.wallets).flatMap(({ snapshot }) => snapshot?.currency ?? []),
    ...Object.keys(state.invoices.currencies),
  ]);
  const [shared] = used;
  return shared !== undefined && used.size === 1 ? shared : settings.defaultCurrency;
}
