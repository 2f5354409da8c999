import { addCents, type Cents, cents, NO_CENTS, subtractCents } from '@portal/billing';
import { type Coordinates } from '../coordinates.ts';
import { get, put, without } from '../dict.ts';
import { type InvoiceEvent, type InvoiceSnapshot } from '../events.ts';
import { fingerprint } from '../fingerprint.ts';
import { type Entity, mergeEntity, type Merged } from '../state/entity.ts';
import { type Due, type InvoiceTotals } from '../state/state.ts';
import { fieldName, type Fields, jsonCodec } from './fields.ts';

/**
 * What a side field keeps of an invoice: only what its share of the totals was, so that the next
 * version can take it back. A settled invoice keeps its currency and nothing due.
 */
interface InvoiceShare {
  readonly currency: string;
  /** '' when the invoice has no due date. */
  readonly due_date: string;
  readonly due_cents: Cents;
}

const codec = jsonCodec<Entity<InvoiceShare>>();

export function foldInvoice(
  totals: InvoiceTotals,
  fields: Fields,
  at: Coordinates,
  event: InvoiceEvent,
): { readonly totals: InvoiceTotals; readonly merged: Merged } {
  const { invoice } = event;
  const name = fieldName.invoice(invoice.id);
  const before = fields.open(name, codec);
  const { entity, merged } = mergeEntity(before, {
    version: invoice.version,
    deleted: event.event_type === 'invoice.deleted' || invoice.status === 'deleted',
    snapshot: shareOf(invoice),
    partition: at.partition,
    offset: at.offset,
    content: fingerprint([event.event_type, invoice]),
  });
  if (entity === before) return { totals, merged };
  fields.put(name, codec, entity);
  return { totals: give(take(totals, before?.snapshot), entity.snapshot), merged };
}

function shareOf(invoice: InvoiceSnapshot): InvoiceShare {
  const due = dueCents(invoice);
  const currency = invoice.currency;
  if (invoice.status !== 'finalized' || due <= 0)
    return { currency, due_date: '', due_cents: NO_CENTS };
  return { currency, due_date: invoice.payment_due_date ?? '', due_cents: due };
}

/** due = total − paid − credited; may be negative (overpaid), then nothing is outstanding. */
function dueCents(invoice: InvoiceSnapshot): Cents {
  return subtractCents(
    subtractCents(invoice.total_cents, invoice.paid_cents),
    invoice.credited_cents,
  );
}

function give(totals: InvoiceTotals, share: InvoiceShare | null): InvoiceTotals {
  return share === null ? totals : change(totals, share, 1);
}

function take(totals: InvoiceTotals, share: InvoiceShare | null | undefined): InvoiceTotals {
  return share === null || share === undefined ? totals : change(totals, share, -1);
}

function change(totals: InvoiceTotals, share: InvoiceShare, sign: 1 | -1): InvoiceTotals {
  const { currency } = share;
  const carrying = (get(totals.currencies, currency) ?? 0) + sign;
  const currencies =
    carrying === 0
      ? without(totals.currencies, currency)
      : put(totals.currencies, currency, carrying);
  if (share.due_cents === 0) return { ...totals, currencies };
  const dates = get(totals.due, currency) ?? {};
  const due = get(dates, share.due_date) ?? { count: 0, cents: NO_CENTS };
  const moved: Due = {
    count: due.count + sign,
    cents: addCents(due.cents, cents(sign * share.due_cents)),
  };
  const after =
    moved.count === 0 ? without(dates, share.due_date) : put(dates, share.due_date, moved);
  return {
    currencies,
    due:
      Object.keys(after).length === 0
        ? without(totals.due, currency)
        : put(totals.due, currency, after),
  };
}
