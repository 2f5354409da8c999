import { describe, expect, it } from '@jest/globals';
import { aCustomer, anInvoice, aUsage, aWallet, at } from '@portal/testkit';
import { cursorAt } from '../../src/events/avro/bytes.ts';
import { compileReader } from '../../src/events/avro/compile.ts';
import { type AvroNode, parseSchema } from '../../src/events/avro/schema.ts';
import { foreign, type Node, outcome, outcomeOf, schemaOf, written } from './foreign.ts';

const as =
  (type: string, logicalType: string, more: Node = {}) =>
  (): Node => ({
    type,
    logicalType,
    ...more,
  });
const millis = as('long', 'timestamp-millis');
const nanos = as('long', 'timestamp-nanos');
const decimal = (precision: number, scale: number) => as('bytes', 'decimal', { precision, scale });

const usageWith = (usage: object): object => ({
  ...aUsage(),
  usage: { ...aUsage().usage, ...usage },
});
const facts = (usage: object): object => ({ kind: 'event', event: { usage } });

describe('a value that says what it is', () => {
  it('is read whatever its names’ namespaces, and whatever its records are called', () => {
    const schema = JSON.stringify(schemaOf('usage'))
      .replace('"billing.events"', '"com.acme.billing"')
      .replace('"name":"UsageEvent"', '"name":"MeterReading"');
    expect(outcome('usage', schema, aUsage())).toEqual({ kind: 'event', event: aUsage() });
  });

  it('is read whatever defaults its writer has, even ones that do not fit their types', () => {
    const fields = (schemaOf('usage')['fields'] as Node[]).map((field) => ({
      ...field,
      default: null,
    }));
    const schema = JSON.stringify({ ...schemaOf('usage'), fields });
    const bytes = written(JSON.stringify(schemaOf('usage')), aUsage());
    expect(outcomeOf('usage', schema, bytes)).toEqual({ kind: 'event', event: aUsage() });
  });

  it('is read when the writer may write null instead of it; null itself is a tombstone', () => {
    const schema = JSON.stringify(['null', schemaOf('usage')]);
    expect(outcome('usage', schema, aUsage())).toEqual({
      kind: 'event',
      event: aUsage(),
    });
    expect(outcome('usage', schema, null)).toEqual({ kind: 'null' });
  });

  it('is read by the record that it is, when the writer has one for each thing that happens', () => {
    const erased = schemaOf('customers');
    const changed = JSON.parse(
      JSON.stringify(erased).replaceAll('"name":"Customer', '"name":"Changed'),
    ) as Node;
    erased['fields'] = (erased['fields'] as Node[]).slice(0, -1);
    const schema = JSON.stringify([erased, changed]);
    const event = aCustomer();
    const type = 'billing.events.ChangedEvent';
    expect(outcome('customers', schema, { [type]: event })).toEqual({ kind: 'event', event });
  });

  it.each<[string, () => unknown, number, string]>([
    ['milliseconds', millis, 1_794_312_000_123, '2026-11-10T12:00:00.123Z'],
    ['milliseconds before 1970', millis, -1, '1969-12-31T23:59:59.999Z'],
    [
      'microseconds',
      as('long', 'timestamp-micros'),
      1_794_312_000_123_456,
      '2026-11-10T12:00:00.123456Z',
    ],
  ])('is read in its own unit: %s', (_, type, timestamp, iso) => {
    const schema = foreign('usage', ['timestamp'], type);
    expect(outcome('usage', schema, usageWith({ timestamp }))).toMatchObject(
      facts({ timestamp: at(iso) }),
    );
  });

  it.each([
    ['null for an instant', ['null', millis()], null, null],
    ['an instant or null', ['null', millis()], 1_794_312_000_000, at('2026-11-10T12:00:00Z')],
  ])('is read from a union of its own: %s', (_, type, expiration_at, expected) => {
    const schema = foreign('wallets', ['expiration_at'], () => type).replace(
      JSON.stringify(['null', type]),
      JSON.stringify(type),
    );
    const event = aWallet();
    const value = { ...event, wallet: { ...event.wallet, expiration_at } };
    expect(outcome('wallets', schema, value)).toMatchObject({
      event: { wallet: { expiration_at: expected } },
    });
  });

  it('is read exactly, however large: nanoseconds that are whole microseconds', () => {
    const schema = foreign('usage', ['timestamp'], nanos);
    const at1 = 1_794_312_000_123_456_000n;
    const bytes = withTimestamp(at1);
    expect(outcomeOf('usage', schema, bytes)).toMatchObject(
      facts({ timestamp: at('2026-11-10T12:00:00.123456Z') }),
    );
    expect(outcomeOf('usage', schema, withTimestamp(at1 + 1n))).toEqual({
      kind: 'undecodable',
      error: {
        code: 'contract_invalid',
        field: 'usage.timestamp',
        reason: 'must be a whole number of microseconds',
      },
    });
  });

  it('is read as the text of an enum', () => {
    const schema = foreign('usage', ['kind'], () => ({
      type: 'enum',
      name: 'Kind',
      symbols: ['counter', 'point', 'unique', 'vibes'],
    }));
    expect(outcome('usage', schema, usageWith({ kind: 'point' }))).toMatchObject(
      facts({ kind: 'point' }),
    );
    expect(outcome('usage', schema, usageWith({ kind: 'vibes' }))).toMatchObject({
      error: { code: 'contract_invalid', field: 'usage.kind' },
    });
  });

  it('is read as the text of an enum that may be null', () => {
    const schema = foreign('usage', ['operation'], () => ({
      type: 'enum',
      name: 'Operation',
      symbols: ['add', 'remove', 'swap'],
    }));
    const member = { kind: 'unique', unique_key: 'ann' };
    const read = (usage: object) => outcome('usage', schema, usageWith({ ...member, ...usage }));
    expect(read({ operation: 'remove' })).toMatchObject(facts({ operation: 'remove' }));
    expect(read({ operation: null })).toMatchObject(facts({ operation: 'add' }));
    expect(read({ operation: 'swap' })).toMatchObject({
      error: { code: 'contract_invalid', field: 'usage.operation' },
    });
    expect(outcome('usage', schema, usageWith({ kind: 'change', operation: 'add' }))).toMatchObject(
      { error: { code: 'contract_invalid', field: 'usage.operation' } },
    );
  });

  it('is read as a text whatever a Java writer calls it, as plain bytes, or as bytes of a UUID', () => {
    const schema = foreign('customers', ['name'], () => ({
      type: 'string',
      'avro.java.string': 'String',
    }));
    const event = aCustomer({ name: 'Café' });
    expect(outcome('customers', schema, event)).toEqual({ kind: 'event', event });

    const bytes = foreign('customers', ['name'], () => 'bytes');
    const value = { ...event, customer: { ...event.customer, name: Buffer.from('Café') } };
    expect(outcome('customers', bytes, value)).toEqual({ kind: 'event', event });

    const ids = foreign('customers', ['organization_id'], () => ({
      ...{ type: 'fixed', name: 'Id', size: 16, logicalType: 'uuid' },
    }));
    const organization_id = Buffer.from(event.organization_id.replaceAll('-', ''), 'hex');
    expect(outcome('customers', ids, { ...event, organization_id })).toEqual({
      kind: 'event',
      event,
    });
  });

  it.each<[string, unknown, unknown, string]>([
    ['int', 'int', -5, '-5'],
    ['long', 'long', 9_007_199_254_740_990, '9007199254740990'],
    ['bytes', decimal(9, 2)(), Buffer.from([0x04, 0xe2]), '12.50'],
    ['negative bytes', decimal(9, 2)(), Buffer.from([0xff]), '-0.01'],
    ['no bytes', decimal(9, 2)(), Buffer.alloc(0), '0.00'],
    [
      'fixed',
      { type: 'fixed', name: 'D', size: 4, logicalType: 'decimal', precision: 9, scale: 0 },
      Buffer.from([0, 0, 0, 7]),
      '7',
    ],
  ])('is read exactly as a decimal: %s', (_, type, value, expected) => {
    const schema = foreign('usage', ['value'], () => type);
    expect(outcome('usage', schema, usageWith({ value }))).toMatchObject(
      facts({ value: expected }),
    );
  });

  it('is read as a whole number where a decimal is one', () => {
    const schema = foreign('invoices', ['total_cents'], decimal(12, 2));
    const invoice = { ...anInvoice().invoice, issuing_date: null, payment_due_date: null };
    const event = (total_cents: number[]): object => ({
      ...anInvoice(),
      invoice: { ...invoice, total_cents: Buffer.from(total_cents) },
    });
    // 4900.00 and 4900.01
    expect(outcome('invoices', schema, event([0x07, 0x7a, 0x10]))).toMatchObject({
      event: { invoice: { total_cents: 4_900 } },
    });
    expect(outcome('invoices', schema, event([0x07, 0x7a, 0x11]))).toMatchObject({
      error: { field: 'invoice.total_cents', reason: 'must be a whole number' },
    });
  });

  it('is read from int where we have long, and as a version whatever it counts', () => {
    const event = aWallet({ version: 7 });
    const schema = foreign('wallets', ['balance_cents'], () => 'int');
    expect(outcome('wallets', schema, event)).toEqual({ kind: 'event', event });
    const versions = foreign('wallets', ['version'], millis);
    expect(outcome('wallets', versions, event)).toEqual({ kind: 'event', event });
  });

  it('is read by an earlier name of a field that ours says', () => {
    const record = (name: string, more: Node): AvroNode => {
      const field = { name, type: 'string', ...more };
      const parsed = parseSchema(JSON.stringify({ type: 'record', name: 'R', fields: [field] }));
      if (parsed.kind === 'refused') throw new Error(parsed.reason);
      return parsed.root;
    };
    const ours = record('metric_code', { aliases: ['meter'] });
    const { reader, differences } = compileReader(record('meter', {}), ours);
    expect(differences).toEqual([]);
    expect(reader?.(cursorAt(Buffer.from('\u0006api'), 0))).toEqual({ metric_code: 'api' });
    expect(compileReader(record('other', { aliases: ['metric_code'] }), ours)).toMatchObject({
      differences: [{ field: 'metric_code' }],
    });
  });

  it('is read although a field that only the writer has is of any shape', () => {
    const odd = {
      type: 'record',
      name: 'Odd',
      fields: [
        { name: 'at', type: millis() },
        { name: 'maps', type: { type: 'map', values: ['null', 'double', 'Odd'] } },
        { name: 'list', type: { type: 'array', items: ['boolean', 'float', 'bytes'] } },
      ],
    };
    const schema = schemaOf('usage');
    (schema['fields'] as object[]).unshift({ name: 'odd', type: odd });
    const inner = { at: 2, maps: { a: null }, list: [] };
    const value = {
      ...{ at: 1, list: [true, 1.5, Buffer.from('x')] },
      maps: { a: null, b: 1.5, c: inner },
    };
    expect(outcome('usage', JSON.stringify(schema), { ...aUsage(), odd: value })).toEqual({
      kind: 'event',
      event: aUsage(),
    });
  });
});

/** A usage event in our own schema whose timestamp is any 64-bit number. */
function withTimestamp(timestamp: bigint): Buffer {
  const schema = JSON.stringify(schemaOf('usage'));
  const marked = written(schema, usageWith({ timestamp: 0, metric_code: 'find-me' }));
  const after = marked.indexOf('find-me') + 'find-me'.length;
  return Buffer.concat([marked.subarray(0, after), varint(timestamp), marked.subarray(after + 1)]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}
