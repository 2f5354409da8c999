import { parseDate } from '@portal/billing';
import { type BillingEvent, type Family } from '@portal/projection';
import avsc, { type Schema, type Type } from 'avsc';
import { type Decoded } from '../decoded.ts';
import { checkEvent } from './check.ts';
import { type Difference, meaningDifferences } from './logical.ts';
import { MUST_FIT_LONG } from './long.ts';
import { SCHEMA_TEXTS } from './schema-texts.ts';
import { compileSkim, type Skim } from './skim.ts';
import { undecodable, type Undecodable } from './undecodable.ts';
import { WIRE_HEADER_BYTES, writeWire } from './wire.ts';

/** Reads values that one schema wrote as events of one family. Building it is slow, using it is not: keep it by schema id. */
export interface AvroResolver {
  readonly family: Family;
  /** Checks that bytes are one value of the writer's schema, before the library trusts them. */
  readonly skim: Skim;
  /** The value as our own schema of the family has it. Throws on bytes `skim` refuses. */
  readonly resolve: (value: Buffer) => unknown;
}

/**
 * `wrong_schema` when the text is no Avro schema, when our schema of the family cannot read what it writes,
 * or would read it as something else (`timestamp-millis` as microseconds). Nothing is converted.
 */
export function createAvroResolver(
  family: Family,
  writerSchema: string,
): { readonly kind: 'resolver'; readonly resolver: AvroResolver } | Undecodable {
  try {
    const writer = avroType(writerSchema);
    const reader = readerOf(family);
    const resolver = reader.createResolver(writer);
    const different = meaningDifferences(schemaOf(writerSchema), schemaOf(SCHEMA_TEXTS[family]));
    const [first, ...others] = different;
    if (first !== undefined) return meansOtherwise(family, first, others);
    const resolve = (value: Buffer): unknown =>
      reader.decode(value, WIRE_HEADER_BYTES, resolver).value as unknown;
    return { kind: 'resolver', resolver: { family, skim: compileSkim(writer, reader), resolve } };
  } catch (error) {
    return undecodable('wrong_schema', null, `cannot be read as ${family}: ${messageOf(error)}`);
  }
}

function meansOtherwise(
  family: Family,
  { field, written, ours, send }: Difference,
  others: readonly Difference[],
): Undecodable {
  const also = others.length === 0 ? '' : `; also: ${others.map((one) => one.field).join(', ')}`;
  return undecodable(
    'wrong_schema',
    field,
    `cannot be read as ${family}: it is written as ${written}, the contract says ${ours}; ` +
      `register a schema that says so and send ${send}${also}`,
  );
}

/**
 * Decodes a message's whole value, wire header included, which `readWireHeader` accepted.
 * `logTime` is the log's own time of the record in milliseconds, null when it has none. Never throws.
 */
export function decodeAvroValue(
  resolver: AvroResolver,
  value: Buffer,
  logTime: number | null,
): Decoded {
  const skimmed = resolver.skim(value, WIRE_HEADER_BYTES);
  if (skimmed === null) {
    return undecodable('avro_garbage', null, 'the bytes are no value of the schema they name');
  }
  if (skimmed.tooLarge !== null) {
    return undecodable('contract_invalid', skimmed.tooLarge, MUST_FIT_LONG);
  }
  const resolved = resolve(resolver, value);
  return resolved.kind === 'value'
    ? checkEvent(resolver.family, resolved.value, logTime)
    : resolved;
}

/** What fits the writer's schema may still not resolve to ours: a union branch that only the writer has. */
function resolve(
  resolver: AvroResolver,
  value: Buffer,
): { readonly kind: 'value'; readonly value: unknown } | Undecodable {
  try {
    return { kind: 'value', value: resolver.resolve(value) };
  } catch (error) {
    return undecodable('avro_garbage', null, `the value does not resolve: ${messageOf(error)}`);
  }
}

/** An event as a message's value in the wire format, written with our own schema of its family. */
export const encodeEvent = (event: BillingEvent, schemaId: number): Buffer =>
  writeWire(schemaId, readerOf(event.family).toBuffer(avroValue(event)));

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

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 200);

const withJsonText = <T extends { readonly properties: unknown }>(
  priced: T,
): T & { properties: string } => ({
  ...priced,
  properties: JSON.stringify(priced.properties),
});

const readers = new Map<Family, Type>();

/** Our own schema of a family, parsed at its first use. */
function readerOf(family: Family): Type {
  const known = readers.get(family);
  if (known !== undefined) return known;
  const type = avroType(SCHEMA_TEXTS[family]);
  readers.set(family, type);
  return type;
}

/** Logical types stay unregistered: instants are microseconds and dates are days, as written. */
const avroType = (schema: string): Type =>
  avsc.Type.forSchema(schemaOf(schema), { omitRecordMethods: true });

const schemaOf = (text: string): Schema => JSON.parse(text) as Schema;
