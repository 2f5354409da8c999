import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { encodeEvent, SCHEMA_TEXTS, subjectOf, writeWire } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { aCustomer, at, aUsage, CUSTOMER, ORGANIZATION } from '@portal/testkit';
import avsc, { type Schema } from 'avsc';
import { type EventSource, type SourceRecord } from '../../src/index.ts';
import { openSource, openStack, registry, type Stack } from './stack.ts';

type Node = Record<string, unknown>;

/** Producers with schemas of their own in a real registry: the bytes are theirs, written with the Avro library alone. */
describe('what other producers write', () => {
  let stack: Stack;
  let source: EventSource;
  beforeEach(async () => {
    stack = await openStack();
    source = await openSource(stack);
  });
  afterEach(async () => {
    await source.close();
    await stack.close();
  });

  const client = (): SchemaRegistry => new SchemaRegistry({ host: registry().url });
  const ours = (family: Family): Node => JSON.parse(SCHEMA_TEXTS[family]) as Node;

  /** Registers as any client would: a plain POST, no check by a library of ours. */
  async function register(
    subject: string,
    schema: unknown,
    references: unknown = [],
  ): Promise<number> {
    const response = await fetch(`${registry().url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema: JSON.stringify(schema), references }),
    });
    const body = (await response.json()) as { id?: number };
    if (body.id === undefined) throw new Error(JSON.stringify(body));
    return body.id;
  }

  /** A type of one of our fields replaced, with the defaults of the writer's own. */
  const withType = (family: Family, name: string, type: unknown): Node =>
    JSON.parse(JSON.stringify(ours(family)), (_, node: unknown) => {
      const field = node as { readonly name?: unknown } | null;
      return typeof field === 'object' && field?.name === name ? { name, type } : node;
    }) as Node;

  async function read(family: Family): Promise<SourceRecord[]> {
    const records: SourceRecord[] = [];
    const { ranges } = await source.partitions();
    const range = ranges.find((one) => one.family === family && one.partition === 0);
    if (range === undefined) throw new Error(`${family} has no partition 0`);
    for await (const batch of source.read(range, range.begin, range.end)) {
      records.push(...batch.records);
    }
    return records;
  }

  /** What a value becomes that was written with a schema of its own. */
  async function sent(family: Family, schema: unknown, value: unknown): Promise<unknown> {
    const id = await register(
      `${stack.prefix}-${family}-${Math.random().toString(36).slice(2)}`,
      schema,
    );
    const type = avsc.Type.forSchema(schema as Schema);
    await stack.send(family, 0, [{ value: writeWire(id, type.toBuffer(value)) }]);
    return (await read(family)).at(-1)?.decoded;
  }

  const usageWith = (usage: object): object => ({
    ...aUsage(),
    usage: { ...aUsage().usage, ...usage },
  });
  const isEvent = { kind: 'event', event: aUsage() };

  it('is read from another namespace', async () => {
    const schema = { ...ours('usage'), namespace: 'com.acme.metering' };
    expect(await sent('usage', schema, aUsage())).toEqual(isEvent);
  });

  it('is read from an enum', async () => {
    const kinds = { type: 'enum', name: 'Kind', symbols: ['counter', 'point', 'unique'] };
    expect(await sent('usage', withType('usage', 'kind', kinds), aUsage())).toEqual(isEvent);
  });

  it('is read from milliseconds', async () => {
    const millis = { type: 'long', logicalType: 'timestamp-millis' };
    const value = usageWith({ timestamp: Date.parse('2026-11-10T12:00:00.123Z') });
    expect(await sent('usage', withType('usage', 'timestamp', millis), value)).toMatchObject({
      event: { usage: { timestamp: at('2026-11-10T12:00:00.123Z') } },
    });
  });

  it('is read when every instant is in milliseconds', async () => {
    const schema = JSON.parse(
      SCHEMA_TEXTS.usage.replaceAll('timestamp-micros', 'timestamp-millis'),
    ) as Node;
    const iso = '2026-11-10T12:00:00.123Z';
    const value = { ...usageWith({ timestamp: Date.parse(iso) }), occurred_at: Date.parse(iso) };
    expect(await sent('usage', schema, value)).toMatchObject({
      event: { occurred_at: at(iso), usage: { timestamp: at(iso) } },
    });
  });

  it('is read past a field of its own that comes first', async () => {
    const own = { name: 'sent_at', type: { type: 'long', logicalType: 'timestamp-millis' } };
    const schema = { ...ours('usage'), fields: [own, ...(ours('usage')['fields'] as Node[])] };
    expect(await sent('usage', schema, { sent_at: 1, ...aUsage() })).toEqual(isEvent);
  });

  it('is read from a union with null at the top, and null there is a tombstone', async () => {
    const schema = ['null', ours('usage')];
    expect(await sent('usage', schema, aUsage())).toEqual(isEvent);
    expect(await sent('usage', schema, null)).toEqual({ kind: 'null' });
  });

  it('is read by a schema that refers to another one', async () => {
    const event = aCustomer();
    const schema = ours('customers');
    const fields = schema['fields'] as Node[];
    const [, payload] = fields.at(-1)!['type'] as [string, Node];
    const part = { ...payload, namespace: 'billing.events' };
    await register(`${stack.prefix}-part`, part);
    fields.at(-1)!['type'] = ['null', 'billing.events.Customer'];
    const id = await register(`${stack.prefix}-whole`, schema, [
      { name: 'billing.events.Customer', subject: `${stack.prefix}-part`, version: 1 },
    ]);
    await stack.send('customers', 0, [{ value: encodeEvent(event, id) }]);
    expect((await read('customers')).at(-1)?.decoded).toEqual({ kind: 'event', event });
  });

  it('is refused by field, found and wanted when it could only be guessed', async () => {
    const schema = withType('usage', 'timestamp', 'long');
    expect(await sent('usage', schema, aUsage())).toEqual({
      kind: 'undecodable',
      error: {
        schema_id: expect.any(Number) as unknown,
        code: 'wrong_schema',
        field: 'usage.timestamp',
        reason:
          'is a plain long, should be an instant (long as timestamp-micros, timestamp-millis or timestamp-nanos)',
      },
    });
  });

  it('keeps two keys apart that are no text: both are refused, under the customer of the value', async () => {
    const id = await client().getLatestSchemaId(subjectOf('usage', stack.prefix));
    const value = encodeEvent(aUsage(), id);
    await stack.send('usage', 0, [
      { key: Buffer.from([0xff]), value },
      { key: Buffer.from([0xfe]), value, headers: { trace: Buffer.from([0xff]), note: 'x' } },
      { key: 'a key', value },
    ]);
    const records = await read('usage');
    const refused = {
      key: `${ORGANIZATION}:${CUSTOMER}`,
      decoded: { kind: 'undecodable', error: { code: 'contract_invalid', field: 'key' } },
    };
    expect(records).toMatchObject([refused, refused, { key: 'a key', decoded: { kind: 'event' } }]);
    expect(records[1]?.headers).toEqual({ note: 'x' });
  });

  it('is read whatever a Java writer calls its texts', async () => {
    const subject = `${stack.prefix}-odd`;
    const odd = withType('usage', 'value', { type: 'string', 'avro.java.string': 'String' });
    const { id } = await client().register(
      { type: SchemaType.AVRO, schema: JSON.stringify(odd) },
      { subject },
    );
    const bytes = avsc.Type.forSchema(odd as Schema).toBuffer(aUsage());
    await stack.send('usage', 0, [{ value: writeWire(id, bytes) }]);
    expect((await read('usage')).at(-1)?.decoded).toEqual(isEvent);
  });
});
