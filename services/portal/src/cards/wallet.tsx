import type { WalletDetails } from '@portal/projection';
import { type Dashboard } from '../api.ts';
import { dateText, money, type Place } from '../format.ts';
import { Card, Empty } from './card.tsx';
import { Forecast } from './forecast.tsx';
import { Value } from './value.tsx';

interface Props {
  readonly dashboard: Dashboard;
  readonly place: Place;
}

export function WalletCard({ dashboard, place }: Props) {
  const { has_wallet, wallet_balance_cents, currency } = dashboard.quick_actions;
  const { wallets, expiring_credits, totals_by_currency } = dashboard.details;
  const isExpiring = ({ wallet_id }: WalletDetails): boolean =>
    expiring_credits.some((credit) => credit.wallet_id === wallet_id);
  return (
    <Card id="wallet" title="Wallet">
      {wallets.length === 0 && <Empty>No prepaid credits.</Empty>}
      {has_wallet && (
        <p class="big">
          <Value card="wallet" row="all" field="wallet_balance_cents" lang={place.locale}>
            {money(wallet_balance_cents, currency, place.locale)}
          </Value>
          <span class="muted">available</span>
        </p>
      )}
      {totals_by_currency.map(
        ({ currency: code, wallet_runway }) =>
          wallet_runway !== null && (
            <Forecast
              key={code}
              runway={wallet_runway}
              what={`If it pays for usage alone, ${code === currency ? 'it' : `what is in ${code}`} is used up`}
              periodEnd={null}
              place={place}
            />
          ),
      )}
      {wallets.length > 0 && (
        <>
          {wallets.length > 1 && <p class="fine">Used in this order:</p>}
          <ol class="lines" aria-label="Credits, in the order they are used">
            {wallets.map((wallet) => (
              <Line
                key={wallet.wallet_id}
                wallet={wallet}
                isExpiring={isExpiring(wallet)}
                place={place}
              />
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}

interface LineProps {
  readonly wallet: WalletDetails;
  readonly isExpiring: boolean;
  readonly place: Place;
}

const Line = ({ wallet, isExpiring, place }: LineProps) => (
  <li>
    <span>
      {wallet.name ?? 'Credits'} {isExpiring && <span class="tag tag-warn">Expires soon</span>}
      {wallet.expires_at !== null && (
        <span class="muted">
          until{' '}
          <time dateTime={wallet.expires_at} lang={place.locale}>
            {dateText(wallet.expires_at, place)}
          </time>
        </span>
      )}
    </span>
    <Value card="wallet" row={wallet.wallet_id} field="balance_cents" lang={place.locale}>
      {money(wallet.balance_cents, wallet.currency, place.locale)}
    </Value>
  </li>
);
