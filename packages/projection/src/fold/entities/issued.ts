import { type LocalDate, parseDate } from '@portal/billing';
import { type Dict, fromEntries, get, put, without } from '../../dict.ts';
import { type InvoiceSnapshot } from '../../events.ts';
import { type Owned } from '../owned.ts';
import { ISSUED_DAYS, type Issued, type IssuedShare } from '../../state/state.ts';

/** Subscriptions whose bills are remembered: as many as a customer may have, the first ones named. */
export const ISSUED_MAX = 1_000;

export function issuedShare(invoice: InvoiceSnapshot): IssuedShare | null {
  const { status, issuing_date, subscription_ids } = invoice;
  const isOut = status === 'finalized' || status === 'paid';
  const day = issuing_date === null ? null : parseDate(issuing_date);
  return isOut && day !== null && subscription_ids.length > 0
    ? { day, subscriptions: [...new Set(subscription_ids)].sort() }
    : null;
}

/**
 * The newest day any version of any invoice of these subscriptions ever carried: it only grows, so
 * what is forgotten behind it does not depend on the order of events.
 */
export function seeIssued(
  issued: Dict<Issued>,
  share: IssuedShare | null,
  owned: Owned,
): Dict<Issued> {
  return changeEach(issued, share, owned, (known, day) => {
    if (known !== undefined && known.newest >= day) return known;
    const days = Object.entries(known?.days ?? {}).filter(
      ([each]) => Number(each) >= day - ISSUED_DAYS,
    );
    return { newest: day, days: fromEntries(days) };
  });
}

export const giveIssued = (
  issued: Dict<Issued>,
  share: IssuedShare | null,
  owned: Owned,
): Dict<Issued> => count(issued, share, 1, owned);

export const takeIssued = (
  issued: Dict<Issued>,
  share: IssuedShare | null,
  owned: Owned,
): Dict<Issued> => count(issued, share, -1, owned);

function count(
  issued: Dict<Issued>,
  share: IssuedShare | null,
  sign: 1 | -1,
  owned: Owned,
): Dict<Issued> {
  return changeEach(issued, share, owned, (known, day) => {
    if (known === undefined || day < known.newest - ISSUED_DAYS) return known;
    const name = String(day);
    const invoices = (get(known.days, name) ?? 0) + sign;
    const days = invoices === 0 ? without(known.days, name) : put(known.days, name, invoices);
    return { ...known, days };
  });
}

function changeEach(
  issued: Dict<Issued>,
  share: IssuedShare | null,
  owned: Owned,
  change: (known: Issued | undefined, day: LocalDate) => Issued | undefined,
): Dict<Issued> {
  if (share === null) return issued;
  return share.subscriptions.reduce((all, id) => {
    const known = get(all, id);
    if (known === undefined && owned.size(all) >= ISSUED_MAX) return all;
    const after = change(known, share.day);
    return after === undefined || after === known ? all : owned.put(all, id, after);
  }, issued);
}
