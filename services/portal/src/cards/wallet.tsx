import { type Dashboard } from '../api.ts';
import { dateText, money, type Place } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Value } from './value.tsx';

export function WalletCard({
  dashboard,
  place,
}: {
  readonly dashboard: Dashboard;
  readonly place: Place;
}) {
  const { has_wallet, wallet_balance_cents, currency } = dashboard.quick_actions;
  const wallets = dashboard.details.wallets;
  const { locale } = place;
  return (
    <Card id="wallet" title="Wallet">
      {!has_wallet && <Empty>No prepaid credits.</Empty>}
      {has_wallet && (
        <p class="big">
          <Value card="wallet" row="all" field="wallet_balance_cents" lang={locale}>
            {money(wallet_balance_cents, currency, locale)}
          </Value>
          <span class="muted">available</span>
        </p>
      )}
      {wallets.length > 0 && (
        <ol class="lines" aria-label="Credits, in the order they are used">
          {wallets.map((wallet) => (
            <li key={wallet.wallet_id}>
              <span>
                {wallet.name ?? 'Credits'}
                {wallet.expires_at !== null && (
                  <span class="muted">
                    until <span lang={locale}>{dateText(wallet.expires_at, place)}</span>
                  </span>
                )}
              </span>
              <Value card="wallet" row={wallet.wallet_id} field="balance_cents" lang={locale}>
                {money(wallet.balance_cents, wallet.currency, locale)}
              </Value>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
