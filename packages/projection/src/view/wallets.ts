import { type Document, type DocumentWallet } from '../document.ts';
import { type Clock } from './clock.ts';

/** At its expiry a wallet is gone, event or not. */
export const liveWallets = (document: Document, clock: Clock): readonly DocumentWallet[] =>
  document.wallets.filter(
    ({ expiration_at }) => expiration_at === null || !clock.reached(expiration_at),
  );
