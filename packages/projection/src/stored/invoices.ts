import { type LocalDate } from '@portal/billing';
import { type Entity } from '../state/entity.ts';
import {
  type Due,
  type InvoiceShare,
  type InvoiceTotals,
  type Issued,
  type IssuedShare,
} from '../state/state.ts';
import {
  type Codec,
  dict,
  list,
  nullable,
  number,
  numbers,
  row,
  text,
  type TextCodec,
  versioned,
} from './codec.ts';
import { entity, seen } from './entities.ts';

const share = row<InvoiceShare>({
  currency: text,
  due_date: text,
  due_cents: text,
  issued: nullable(row<IssuedShare>({ day: numbers<LocalDate>(), subscriptions: list(text) })),
});

/** The side field of one invoice. */
export const invoiceCodec: TextCodec<Entity<InvoiceShare>> = versioned(1, entity(share));

export const invoiceTotals: Codec<InvoiceTotals> = row<InvoiceTotals>({
  currencies: dict(number),
  due: dict(dict(row<Due>({ count: number, cents: text }))),
  issued: dict(row<Issued>({ newest: number, days: dict(number) })),
  conflicts: row<InvoiceTotals['conflicts']>({
    count: number,
    listed: dict(row<InvoiceTotals['conflicts']['listed'][string]>({ version: number, seen })),
  }),
});
