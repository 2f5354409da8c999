import { type Dashboard, type Wallet } from '../api.ts';
import { dateText, money } from '../format.ts';
import { Foreign } from '../speech/foreign.tsx';
import { type Place } from '../speech/speech.ts';
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
  const { say } = place;
  const isExpiring = ({ wallet_id }: Wallet): boolean =>
    expiring_credits.some((credit) => credit.wallet_id === wallet_id);
  return (
    <Card id="wallet" title={say('wallet.title')}>
      {wallets.length === 0 && <Empty>{say('wallet.none')}</Empty>}
      {has_wallet && (
        <p class="big">
          <Value card="wallet" row="all" field="wallet_balance_cents">
            {money(wallet_balance_cents, currency, place.locale)}
          </Value>
          <span class="muted">{say('wallet.available')}</span>
        </p>
      )}
      {totals_by_currency.map(
        ({ currency: code, wallet_runway }) =>
          wallet_runway !== null && (
            <Forecast
              key={code}
              runway={wallet_runway}
              what={code === currency ? { kind: 'wallet' } : { kind: 'currency', currency: code }}
              place={place}
            />
          ),
      )}
      {wallets.length > 0 && (
        <>
          {wallets.length > 1 && <p class="fine">{say('wallet.order')}</p>}
          <ol class="lines" aria-label={say('wallet.list')}>
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
  readonly wallet: Wallet;
  readonly isExpiring: boolean;
  readonly place: Place;
}

const Line = ({ wallet, isExpiring, place }: LineProps) => (
  <li>
    <span class="line-name">
      {wallet.name === null ? (
        place.say('wallet.unnamed')
      ) : (
        <Foreign text={wallet.name} speech={place} />
      )}{' '}
      {isExpiring && <span class="tag tag-warn">{place.say('wallet.expiring')}</span>}
      {wallet.expires_at !== null && (
        <span class="muted">
          {place.show('wallet.until', {
            date: <time dateTime={wallet.expires_at}>{dateText(wallet.expires_at, place)}</time>,
          })}
        </span>
      )}
    </span>
    <Value card="wallet" row={wallet.wallet_id} field="balance_cents">
      {money(wallet.balance_cents, wallet.currency, place.locale)}
    </Value>
  </li>
);
