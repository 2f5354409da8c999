import { describe, expect, it } from '@jest/globals';
import { createAvroResolver, decodeAvroValue, SCHEMA_TEXTS, writeWire } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { aCustomer, anInvoice, aSubscription, aUsage } from '@portal/testkit';
import avsc from 'avsc';

type Node = Record<string, unknown>;

/** Our schema of a family, with what stands at each place whose field has one of the names replaced. */
function foreign(
  family: Family,
  names: readonly string[],
  change: (type: Node) => unknown,
): string {
  return JSON.stringify(JSON.parse(SCHEMA_TEXTS[family]), (_, node: unknown) => {
    const field = node as { readonly name?: string; readonly type?: unknown } | null;
    if (typeof field !== 'object' || !names.includes(field?.name ?? '')) return node;
    const { type } = field ?? {};
    const changed = Array.isArray(type)
      ? type.map((branch: unknown) => (branch === 'null' ? branch : change(branch as Node)))
      : change(type as Node);
    return { ...field, type: changed };
  });
}

const millis = (type: Node): Node => ({ ...type, logicalType: 'timestamp-millis' });
const plain = ({ type }: Node): unknown => type;

const written = (schema: string, value: unknown): Buffer =>
  writeWire(7, avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema).toBuffer(value));

/** What becomes of a value that another producer wrote with its own schema. */
function outcome(family: Family, schema: string, value: unknown): unknown {
  const bytes = written(schema, value);
  const built = createAvroResolver(family, schema);
  return built.kind === 'resolver' ? decodeAvroValue(built.resolver, bytes, null) : built;
}

const refused = (field: string, reason: string): object => ({
  kind: 'undecodable',
  error: { code: 'wrong_schema', field, reason: `cannot be read as ${reason}` },
});

describe('a value in another unit than the contract’s', () => {
  it('is refused instead of being read a thousand times too early: milliseconds', () => {
    const event = { ...aUsage(), occurred_at: 1_795_000_000_000 };
    expect(outcome('usage', foreign('usage', ['occurred_at'], millis), event)).toEqual(
      refused(
        'occurred_at',
        'usage: it is written as timestamp-millis (long), the contract says timestamp-micros (long); ' +
          'register a schema that says so and send microseconds since 1970',
      ),
    );
  });

  it('is refused when its schema names no unit: a plain number for an instant', () => {
    expect(outcome('usage', foreign('usage', ['timestamp'], plain), aUsage())).toEqual(
      refused(
        'usage.timestamp',
        'usage: it is written as plain long, the contract says timestamp-micros (long); ' +
          'register a schema that says so and send microseconds since 1970',
      ),
    );
  });

  it('is refused for a day as well', () => {
    const schema = foreign('invoices', ['issuing_date'], plain);
    const invoice = { ...anInvoice().invoice, issuing_date: 20_261_123, payment_due_date: null };
    expect(outcome('invoices', schema, { ...anInvoice(), invoice })).toEqual(
      refused(
        'invoice.issuing_date',
        'invoices: it is written as plain int, the contract says date (int); ' +
          'register a schema that says so and send days since 1970',
      ),
    );
  });

  it('is refused when bytes that are no text would be read as one: 49 as "1"', () => {
    const decimal = () => ({ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 });
    const usage = { ...aUsage().usage, value: Buffer.from([49]) };
    expect(
      outcome('usage', foreign('usage', ['value'], decimal), { ...aUsage(), usage }),
    ).toMatchObject(
      refused(
        'usage.value',
        'usage: it is written as decimal (bytes), the contract says plain string; ' +
          'register a schema that says so and send text',
      ),
    );
  });

  it('is found in unions, lists, maps and records within records, and every field is named', () => {
    const names = ['occurred_at', 'effective_at', 'started_at'];
    const schema = foreign('subscriptions', names, millis);
    const event = aSubscription({ started_at: null, pending_plan: null, charges: [] });
    const result = outcome('subscriptions', schema, event);
    expect(result).toMatchObject({ error: { code: 'wrong_schema', field: 'occurred_at' } });
    expect(result).toMatchObject({
      error: {
        reason: expect.stringMatching(
          /; also: subscription\.started_at, subscription\.pending_plan\.effective_at$/,
        ),
      },
    });
    const instant = JSON.stringify(millis({ type: 'long' }));
    const sure = foreign('subscriptions', ['started_at'], millis).replace(
      `["null",${instant}],"default":null`,
      instant,
    );
    expect(createAvroResolver('subscriptions', sure)).toMatchObject({
      error: { field: 'subscription.started_at' },
    });
    const bytes = () => ({ type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 });
    const maps = foreign('usage', ['dimensions'], (type) => ({ ...type, values: bytes() }));
    const lists = foreign('invoices', ['subscription_ids'], (type) => ({
      ...type,
      items: bytes(),
    }));
    expect([
      createAvroResolver('usage', maps),
      createAvroResolver('invoices', lists),
    ]).toMatchObject([
      { error: { field: 'usage.dimensions[]' } },
      { error: { field: 'invoice.subscription_ids[]' } },
    ]);
  });
});

describe('a value that means the same by another schema', () => {
  it.each([
    [
      'ids without their logical type',
      foreign('customers', ['organization_id', 'customer_id'], plain),
    ],
    ['a version that is an instant', foreign('customers', ['version'], (type) => millis({ type }))],
    ['texts as bytes', foreign('customers', ['name'], () => 'bytes')],
  ])('is read: %s', (_, schema) => {
    const event = aCustomer({ name: 'Acme' });
    const value = schema.includes('"type":"bytes"')
      ? { ...event, customer: { ...event.customer, name: Buffer.from('Acme') } }
      : event;
    expect(outcome('customers', schema, value)).toEqual({ kind: 'event', event });
  });

  it('is read although a field that only the writer has counts milliseconds', () => {
    const schema = JSON.parse(SCHEMA_TEXTS.usage) as { fields: object[] };
    schema.fields.push({ name: 'sent_at', type: millis({ type: 'long' }), default: 0 });
    const value = { ...aUsage(), sent_at: 1_795_000_000_000 };
    expect(outcome('usage', JSON.stringify(schema), value)).toEqual({
      kind: 'event',
      event: aUsage(),
    });
  });
});
