import { MICROS_PER_DAY, type Micros, toIso } from '@portal/billing';
import { type ExpiringCredit, type WalletDetails } from '../../answer.ts';
import { compareCreated } from '../../created.ts';
import { type Document, type DocumentWallet } from '../../document.ts';
import { type Clock } from '../clock.ts';
import { liveWallets } from '../wallets.ts';

/** Credits that expire within this time are told apart. */
export const EXPIRING_WITHIN = 30 * MICROS_PER_DAY;

/** In the order in which they are used up. */
export const walletDetails = (document: Document, clock: Clock): readonly WalletDetails[] =>
  inBurnOrder(document, clock).map((wallet) => ({
    wallet_id: wallet.id,
    name: wallet.name,
    currency: wallet.currency,
    balance_cents: wallet.balance_cents,
    priority: wallet.priority,
    expires_at: wallet.expiration_at === null ? null : toIso(wallet.expiration_at),
  }));

/** Balances that will be lost soon, the next one first. */
export const expiringCredits = (document: Document, clock: Clock): readonly ExpiringCredit[] =>
  inBurnOrder(document, clock)
    .flatMap(({ id, currency, balance_cents, expiration_at }) =>
      expiration_at === null || balance_cents <= 0
        ? []
        : [{ wallet_id: id, currency, amount_cents: balance_cents, expires: expiration_at }],
    )
    .filter(({ expires }) => clock.reached((expires - EXPIRING_WITHIN) as Micros))
    .sort((a, b) => a.expires - b.expires)
    .map(({ expires, ...credit }) => ({ ...credit, expires_at: toIso(expires) }));

const inBurnOrder = (document: Document, clock: Clock): readonly DocumentWallet[] =>
  [...liveWallets(document, clock)].sort(burnOrder);

const burnOrder = (a: DocumentWallet, b: DocumentWallet): number =>
  a.priority - b.priority ||
  (a.expiration_at ?? Infinity) - (b.expiration_at ?? Infinity) ||
  compareCreated(a, b);
