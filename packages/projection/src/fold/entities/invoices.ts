import { type Coordinates } from '../../coordinates.ts';
import { get, put, without } from '../../dict.ts';
import { type InvoiceEvent, type InvoiceSnapshot } from '../../events.ts';
import { contentOf } from '../../fingerprint.ts';
import {
  type Entity,
  entityEvent,
  isConflict,
  mergeEntity,
  type Merged,
} from '../../state/entity.ts';
import {
  CONFLICTS_MAX,
  type Due,
  type InvoiceShare,
  type InvoiceTotals,
} from '../../state/state.ts';
import { invoiceCodec } from '../../stored/invoices.ts';
import { type Draft } from '../draft.ts';
import { fieldName } from '../fields.ts';
import { type Owned } from '../owned.ts';
import { giveIssued, issuedShare, seeIssued, takeIssued } from './issued.ts';

export function foldInvoice(
  { state: { invoices: totals }, fields, owned }: Draft,
  at: Coordinates,
  event: InvoiceEvent,
): { readonly totals: InvoiceTotals; readonly merged: Merged } {
  const { invoice } = event;
  const name = fieldName.invoice(invoice.id);
  const before = fields.open(name, invoiceCodec);
  const deleted = event.event_type === 'invoice.deleted' || invoice.status === 'deleted';
  const { entity, merged } = mergeEntity(before, {
    version: invoice.version,
    deleted,
    snapshot: shareOf(invoice),
    event: entityEvent(at, event, contentOf(deleted, invoice)),
  });
  const seen = { ...totals, issued: seeIssued(totals.issued, issuedShare(invoice), owned) };
  if (entity === before) return { totals: seen, merged };
  fields.put(name, invoiceCodec, entity);
  const conflicts = conflictsWith(totals.conflicts, invoice.id, before, entity);
  const taken = take(seen, before?.snapshot ?? null, owned);
  return { totals: { ...give(taken, entity.snapshot, owned), conflicts }, merged };
}

/** The invoices lie in side fields; the totals know which of them are in conflict. */
function conflictsWith(
  conflicts: InvoiceTotals['conflicts'],
  id: string,
  before: Entity<InvoiceShare> | null,
  after: Entity<InvoiceShare>,
): InvoiceTotals['conflicts'] {
  const was = before !== null && isConflict(before);
  const is = isConflict(after);
  if (!was && !is) return conflicts;
  const { listed } = conflicts;
  const count = conflicts.count + Number(is) - Number(was);
  if (!is) return { count, listed: without(listed, id) };
  const isRoom = get(listed, id) !== undefined || Object.keys(listed).length < CONFLICTS_MAX;
  const { version, seen } = after;
  return { count, listed: isRoom ? put(listed, id, { version, seen }) : listed };
}

function shareOf(invoice: InvoiceSnapshot): InvoiceShare {
  const due = dueCents(invoice);
  const kept = { currency: invoice.currency, issued: issuedShare(invoice) };
  if (invoice.status !== 'finalized' || due <= 0n) return { ...kept, due_date: '', due_cents: '0' };
  return { ...kept, due_date: invoice.payment_due_date ?? '', due_cents: String(due) };
}

/** due = total − paid − credited; may be negative (overpaid), then nothing is outstanding. */
const dueCents = ({ total_cents, paid_cents, credited_cents }: InvoiceSnapshot): bigint =>
  BigInt(total_cents) - BigInt(paid_cents) - BigInt(credited_cents);

function give(totals: InvoiceTotals, share: InvoiceShare | null, owned: Owned): InvoiceTotals {
  if (share === null) return totals;
  const issued = giveIssued(totals.issued, share.issued, owned);
  return { ...change(totals, share, 1, owned), issued };
}

function take(totals: InvoiceTotals, share: InvoiceShare | null, owned: Owned): InvoiceTotals {
  if (share === null) return totals;
  const issued = takeIssued(totals.issued, share.issued, owned);
  return { ...change(totals, share, -1, owned), issued };
}

function change(
  totals: InvoiceTotals,
  share: InvoiceShare,
  sign: 1 | -1,
  owned: Owned,
): InvoiceTotals {
  const { currency } = share;
  const carrying = (get(totals.currencies, currency) ?? 0) + sign;
  const currencies =
    carrying === 0
      ? owned.without(totals.currencies, currency)
      : owned.put(totals.currencies, currency, carrying);
  if (share.due_cents === '0') return { ...totals, currencies };
  const dates = get(totals.due, currency) ?? {};
  const due = get(dates, share.due_date) ?? { count: 0, cents: '0' };
  const moved: Due = {
    count: due.count + sign,
    cents: String(BigInt(due.cents) + BigInt(sign) * BigInt(share.due_cents)),
  };
  const after =
    moved.count === 0
      ? owned.without(dates, share.due_date)
      : owned.put(dates, share.due_date, moved);
  return {
    ...totals,
    currencies,
    due:
      owned.size(after) === 0
        ? owned.without(totals.due, currency)
        : owned.put(totals.due, currency, after),
  };
}
