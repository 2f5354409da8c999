import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { encodeEvent, topicOf } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { eventually } from '@portal/testkit';
import kafkajs, { type Message } from 'kafkajs';
import { type EventSource, type SourceRecord } from '../../src/index.ts';
import { createRecorder, eventIds, recordOf, until, usageOf } from '../recorder.ts';
import { openSource, openStack, registry, type Stack } from './stack.ts';

const { ConfigResourceTypes } = kafkajs;

/** What producers can get wrong, in a real topic; the partition goes on behind each. */
describe('malformed values in Kafka', () => {
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

  const usageId = async (): Promise<number> =>
    new SchemaRegistry({ host: registry().url }).getLatestSchemaId(
      `${topicOf('usage', stack.prefix)}-value`,
    );
  const readUsage = async (): Promise<SourceRecord[]> => {
    const records: SourceRecord[] = [];
    const range = (await source.partitions()).ranges.find(
      (one) => one.family === ('usage' satisfies Family) && one.partition === 0,
    )!;
    for await (const batch of source.read(range, range.begin, range.end)) {
      records.push(...batch.records);
    }
    return records;
  };
  const wire = (id: number, ...rest: number[]): Buffer => {
    const header = Buffer.alloc(5);
    header.writeUInt32BE(id, 1);
    return Buffer.concat([header, Buffer.from(rest)]);
  };

  it('become undecodable records with their code, between events that are read', async () => {
    const id = await usageId();
    const client = new SchemaRegistry({ host: registry().url });
    const { id: foreign } = await client.register(
      {
        type: SchemaType.AVRO,
        schema:
          '{"type":"record","name":"Other","namespace":"x","fields":[{"name":"a","type":"int"}]}',
      },
      { subject: `${stack.prefix}-foreign` },
    );
    const good = encodeEvent(usageOf(1, 'good'), id);
    const cases: readonly (readonly [string, Buffer | null, string])[] = [
      ['one byte', Buffer.from([0]), 'too_short'],
      ['two bytes', Buffer.from([0, 1]), 'too_short'],
      ['nothing but an empty value', Buffer.alloc(0), 'too_short'],
      ['JSON instead of Avro', Buffer.from('{"event_id":"x"}'), 'wrong_magic_byte'],
      ['a schema id nobody registered', wire(987_654_321, 1, 2, 3), 'unknown_schema_id'],
      ["another producer's schema", wire(foreign, 2), 'wrong_schema'],
      ['a header and no value', wire(id), 'avro_garbage'],
      ['bytes that are no Avro', wire(id, 255, 255, 255, 255, 255, 255), 'avro_garbage'],
      ['half a value', good.subarray(0, good.length - 9), 'avro_garbage'],
      ['a value with bytes behind it', Buffer.concat([good, Buffer.from([1, 2])]), 'avro_garbage'],
      ['a length prefix of a gigabyte', wire(id, 0x80, 0x80, 0x80, 0x80, 0x08, 1), 'avro_garbage'],
      ['a tombstone', null, 'null'],
    ];
    const messages: Message[] = [
      { value: good },
      ...cases.map(([, value]) => ({ value })),
      { value: good },
    ];
    await stack.send('usage', 0, messages);

    const records = await readUsage();
    expect(records).toHaveLength(cases.length + 2);
    expect(eventIds(records)).toEqual(['good', 'good']);
    const codes = records
      .slice(1, -1)
      .map(({ decoded }, index) => [
        cases[index]?.[0],
        decoded.kind === 'undecodable' ? decoded.error.code : decoded.kind,
      ]);
    expect(codes).toEqual(cases.map(([name, , code]) => [name, code]));
  });

  it('of ten megabytes are refused by size, without being decoded', async () => {
    const topic = topicOf('usage', stack.prefix);
    await stack.admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'max.message.bytes', value: '12000000' }],
        },
      ],
    });
    // A broker may take a while to know what its topic was set to, and refuses until then.
    const sent = () => stack.send('usage', 0, [{ value: Buffer.alloc(10_000_000) }]);
    await eventually(sent, () => true);
    await stack.produce([recordOf(usageOf(1, 'behind'), { partition: 0 })]);
    const records = await readUsage();
    expect(records[0]?.decoded).toMatchObject({
      kind: 'undecodable',
      error: { code: 'too_large' },
    });
    expect(eventIds(records)).toEqual(['behind']);
  });

  it('do not stop a follower: each comes once and the next event is given', async () => {
    await stack.send('usage', 0, [{ value: Buffer.from([0, 1]) }, { value: null }]);
    const recorder = createRecorder();
    await source.follow(recorder);
    await until('both', () => recorder.committed.length === 2);
    await stack.produce([recordOf(usageOf(1, 'later'), { partition: 0 })]);
    await until('the event', () => recorder.committed.length === 3);
    expect(recorder.committed.map(({ decoded }) => decoded.kind)).toEqual([
      'undecodable',
      'null',
      'event',
    ]);
  });
});
