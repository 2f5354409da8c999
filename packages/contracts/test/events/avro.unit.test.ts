import { describe, expect, it } from '@jest/globals';
import { FAMILIES, type BillingEvent, type Family } from '@portal/projection';
import {
  createAvroResolver,
  decodeAvroValue,
  encodeEvent,
  readWireHeader,
  SCHEMA_TEXTS,
  VALUE_BYTES_MAX,
  writeWire,
  type AvroResolver,
} from '@portal/contracts';
import {
  anErasure,
  anInvoice,
  arbitraryEvent,
  aSubscription,
  aUsage,
  aCharge,
} from '@portal/testkit';
import avsc from 'avsc';
import fc from 'fast-check';

type Schema = { fields: { name: string; type: { fields: object[] } }[] } & Record<string, unknown>;

const schemaOf = (family: Family): Schema => JSON.parse(SCHEMA_TEXTS[family]) as Schema;

/** The present schema of a family with changes to its payload's fields. */
function changed(family: Family, change: (fields: Record<string, unknown>[]) => object[]): string {
  const schema = schemaOf(family);
  const payload = schema.fields.at(-1)!;
  payload.type.fields = change(payload.type.fields as Record<string, unknown>[]);
  return JSON.stringify(schema);
}

function resolverFor(family: Family, writer = SCHEMA_TEXTS[family]): AvroResolver {
  const built = createAvroResolver(family, writer);
  if (built.kind !== 'resolver') throw new Error(built.error.reason);
  return built.resolver;
}

/** Written with avsc alone, by any schema: what another producer would send. */
const written = (schema: string, value: unknown): Buffer =>
  writeWire(7, avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).toBuffer(value));

const own = Object.fromEntries(FAMILIES.map((family) => [family, resolverFor(family)])) as Record<
  Family,
  AvroResolver
>;
const decode = (event: BillingEvent): unknown =>
  decodeAvroValue(own[event.family], encodeEvent(event, 7), null);

describe('an event through Avro', () => {
  it('comes back equal, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryEvent(), (event) => {
        expect(decode(event)).toEqual({ kind: 'event', event });
      }),
      { numRuns: 1_000 },
    );
  });

  it('comes back equal when it erases a customer', () => {
    expect(decode(anErasure())).toEqual({ kind: 'event', event: anErasure() });
  });

  it('keeps its extreme numbers', () => {
    const event = anInvoice({ version: 2 ** 53 - 2, total_cents: -(2 ** 52 - 1) as never });
    expect(decode(event)).toEqual({ kind: 'event', event });
  });

  it('keeps properties that were malformed when it was read', () => {
    const event = aSubscription({
      charges: [aCharge({ properties: { '!malformed': 'no JSON' } })],
    });
    expect(decode(event)).toEqual({ kind: 'event', event });
  });
});

describe('the wire format', () => {
  it('names the schema', () => {
    expect(readWireHeader(encodeEvent(aUsage(), 4_000_000_000))).toEqual({
      kind: 'header',
      schemaId: 4_000_000_000,
    });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'too_short', '0 bytes; the wire header alone takes 5'],
    ['two bytes', Buffer.from([0, 0]), 'too_short', '2 bytes; the wire header alone takes 5'],
    [
      'plain JSON',
      Buffer.from('{"event_id":"x"}'),
      'wrong_magic_byte',
      'the first byte is 123 instead of 0',
    ],
    [
      '10 MB',
      Buffer.alloc(10_000_000),
      'too_large',
      `10000000 bytes; at most ${VALUE_BYTES_MAX} are read`,
    ],
  ])('refuses %s', (_, value, code, reason) => {
    expect(readWireHeader(value)).toEqual({
      kind: 'undecodable',
      error: { code, field: null, reason },
    });
  });
});

describe('bytes that are no value of their schema', () => {
  const garbage = { kind: 'undecodable', error: { code: 'avro_garbage', field: null } };
  const value = encodeEvent(aSubscription({ charges: [aCharge()] }), 7);

  it.each([
    ['nothing after the header', Buffer.from([0, 0, 0, 0, 7])],
    ['a value cut short', value.subarray(0, -1)],
    ['a byte too many', Buffer.concat([value, Buffer.from([0])])],
    ['text', writeWire(7, Buffer.from('not Avro at all, sorry'))],
    ['a negative length', writeWire(7, Buffer.from([0x01]))],
    ['a number that never ends', writeWire(7, Buffer.alloc(64, 0xff))],
  ])('are garbage: %s', (_, bytes) => {
    expect(decodeAvroValue(own.subscriptions, bytes, null)).toMatchObject(garbage);
  });

  it('cannot make the library allocate what they announce', () => {
    // The list of subscriptions of an invoice, announcing half a billion entries and holding none.
    const bytes = encodeEvent(anInvoice({ subscription_ids: [] }), 7);
    const bomb = Buffer.concat([
      bytes.subarray(0, -1),
      Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x07]),
    ]);
    expect(decodeAvroValue(own.invoices, bomb, null)).toMatchObject(garbage);
  });

  it('cannot keep a core busy with entries that take no bytes', () => {
    const nothings = { name: 'nothings', type: { type: 'array', items: 'null' }, doc: 'Not ours.' };
    const schema = changed('usage', (fields) => [...fields, nothings]);
    const bytes = written(schema, { ...aUsage(), usage: { ...aUsage().usage, nothings: [] } });
    const many = [0x80, 0x80, 0x80, 0x80, 0x02, 0]; // 2^28 of them, then the end
    const bomb = Buffer.concat([bytes.subarray(0, -1), Buffer.from(many)]);
    expect(decodeAvroValue(resolverFor('usage', schema), bytes, null)).toMatchObject({
      kind: 'event',
    });
    expect(decodeAvroValue(resolverFor('usage', schema), bomb, null)).toMatchObject(garbage);
  });

  it('never throw, whatever byte is changed', () => {
    fc.assert(
      fc.property(
        arbitraryEvent(),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (event, position, byte) => {
          const bytes = encodeEvent(event, 7);
          bytes[5 + (position % (bytes.length - 5))] = byte;
          const { kind } = decodeAvroValue(own[event.family], bytes, null);
          expect(['event', 'unknown_type', 'undecodable']).toContain(kind);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('whole numbers that a JS number cannot hold', () => {
  /** Avro longs from BigInt, which avsc supports by a type of the user's own. */
  const bigLong = avsc.types.LongType.__with({
    fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
    toBuffer: (value: bigint | number) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(BigInt(value));
      return buffer;
    },
    fromJSON: BigInt,
    toJSON: Number,
    isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
    compare: () => 0,
  });

  const withBigLongs = (event: BillingEvent, schema = SCHEMA_TEXTS[event.family]): Buffer => {
    const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, {
      registry: { long: bigLong },
    });
    return writeWire(7, type.toBuffer(event));
  };

  const invoiceWith = (fields: object): BillingEvent => {
    const event = anInvoice();
    const dates = { issuing_date: null, payment_due_date: null };
    return { ...event, invoice: { ...event.invoice, ...dates, ...fields } };
  };

  it.each([
    ['invoice.total_cents', invoiceWith({ total_cents: 2n ** 53n - 1n })],
    ['invoice.total_cents', invoiceWith({ total_cents: 2n ** 53n + 1n })],
    ['invoice.total_cents', invoiceWith({ total_cents: -(2n ** 52n) })],
    ['invoice.total_cents', invoiceWith({ total_cents: -(2n ** 52n) - 1n })],
    ['invoice.version', invoiceWith({ version: 2n ** 63n - 1n })],
    ['invoice.paid_cents', invoiceWith({ paid_cents: -(2n ** 63n) })],
  ])('are refused by name: %s', (field, event) => {
    expect(decodeAvroValue(own.invoices, withBigLongs(event), null)).toEqual({
      kind: 'undecodable',
      error: {
        code: 'contract_invalid',
        field,
        reason: 'must lie between -4503599627370495 and 9007199254740990',
      },
    });
  });

  it('are refused by name inside lists', () => {
    const event = aSubscription({
      charges: [aCharge(), aCharge(), aCharge({ min_amount_cents: (2n ** 60n) as never })],
    });
    const charges = event.subscription.charges.map((charge) => ({ ...charge, properties: '{}' }));
    const value = { ...event, subscription: { ...event.subscription, charges } };
    expect(decodeAvroValue(own.subscriptions, withBigLongs(value as never), null)).toMatchObject({
      error: { field: 'subscription.charges[2].min_amount_cents' },
    });
  });

  it('do no harm in a field that nobody reads', () => {
    const nanos = { name: 'seen_at_nanos', type: 'long', doc: 'Not ours.' };
    const schema = changed('invoices', (fields) => [...fields, nanos]);
    const event = invoiceWith({ seen_at_nanos: 2n ** 62n });
    expect(
      decodeAvroValue(resolverFor('invoices', schema), withBigLongs(event, schema), null),
    ).toMatchObject({ kind: 'event', event: { invoice: { number: 'ACME-2026-001' } } });
  });
});

describe('schemas of other writers', () => {
  const fact = { ...aUsage().usage };

  it('may have fields of their own and lack ours that have defaults', () => {
    const schema = changed('usage', (fields) => [
      { name: 'meter', type: { type: 'array', items: 'double' }, doc: 'Not ours.' },
      ...fields.filter(({ name }) => name !== 'value' && name !== 'kind' && name !== 'dimensions'),
    ]);
    const bytes = written(schema, { ...aUsage(), usage: { ...fact, meter: [1.5, 2.5] } });
    expect(decodeAvroValue(resolverFor('usage', schema), bytes, null)).toEqual({
      kind: 'event',
      event: { ...aUsage(), usage: { ...fact, kind: 'counter', value: '1', dimensions: {} } },
    });
  });

  it('may nest their own records in themselves', () => {
    const tree = {
      type: 'record',
      name: 'Tree',
      doc: 'Not ours.',
      fields: [{ name: 'next', type: ['null', 'Tree'], default: null, doc: 'Not ours.' }],
    };
    const schema = changed('usage', (fields) => [{ name: 'tree', type: tree }, ...fields]);
    const usage = { ...fact, tree: { next: { next: { next: null } } } };
    const bytes = written(schema, { ...aUsage(), usage });
    expect(decodeAvroValue(resolverFor('usage', schema), bytes, null)).toMatchObject({
      kind: 'event',
    });
  });

  it.each([
    ['of another topic', SCHEMA_TEXTS.wallets, 'usage', 'is not in the schema, should be a record'],
    [
      'that is no Avro',
      '{"type":"recordd"}',
      null,
      'the schema names the type "recordd" without defining it',
    ],
    ['that is no JSON', 'record', null, 'the schema is not JSON'],
    [
      'lacking a field we need',
      changed('usage', (fields) => fields.slice(1)),
      'usage.metric_code',
      'is not in the schema, should be a text (string, enum or bytes)',
    ],
    [
      'with another type',
      changed('usage', ([code, time, ...rest]) => [code!, { ...time!, type: 'string' }, ...rest]),
      'usage.timestamp',
      'is a string, should be an instant (long as timestamp-micros, timestamp-millis or timestamp-nanos)',
    ],
  ])('are refused when they cannot be read: one %s', (_, schema, field, reason) => {
    expect(createAvroResolver('usage', schema)).toEqual({
      kind: 'undecodable',
      error: { code: 'wrong_schema', field, reason },
    });
  });
});
