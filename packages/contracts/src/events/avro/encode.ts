import { parseDate } from '@portal/billing';
import { type BillingEvent, type Family } from '@portal/projection';
import avsc, { type Schema, type Type } from 'avsc';
import { SCHEMA_TEXTS } from '../schema-texts.ts';
import { writeWire } from '../wire.ts';

/** An event as a message's value in the wire format, written with our own schema of its family. */
export const encodeEvent = (event: BillingEvent, schemaId: number): Buffer =>
  writeWire(schemaId, typeOf(event.family).toBuffer(avroValue(event)));

/** What our schemas write; fields they do not name (`family`) are left out by the library. */
function avroValue(event: BillingEvent): unknown {
  switch (event.family) {
    case 'customers':
    case 'usage':
    case 'wallets':
      return event;
    case 'invoices': {
      const { issuing_date, payment_due_date } = event.invoice;
      const dates = {
        issuing_date: issuing_date === null ? null : parseDate(issuing_date),
        payment_due_date: payment_due_date === null ? null : parseDate(payment_due_date),
      };
      return { ...event, invoice: { ...event.invoice, ...dates } };
    }
    case 'subscriptions': {
      const charges = event.subscription.charges.map((charge) => ({
        ...withJsonText(charge),
        filters: charge.filters.map(withJsonText),
      }));
      return { ...event, subscription: { ...event.subscription, charges } };
    }
    default:
      return event satisfies never;
  }
}

const withJsonText = <T extends { readonly properties: unknown }>(
  priced: T,
): T & { properties: string } => ({
  ...priced,
  properties: JSON.stringify(priced.properties),
});

const types = new Map<Family, Type>();

/** Our own schema of a family, parsed at its first use. */
function typeOf(family: Family): Type {
  const known = types.get(family);
  if (known !== undefined) return known;
  // Logical types stay unregistered: instants are microseconds and dates are days, as written.
  const schema = JSON.parse(SCHEMA_TEXTS[family]) as Schema;
  const type = avsc.Type.forSchema(schema, { omitRecordMethods: true });
  types.set(family, type);
  return type;
}
