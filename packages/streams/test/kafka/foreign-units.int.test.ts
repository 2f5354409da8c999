import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { encodeEvent, SCHEMA_TEXTS, subjectOf } from '@portal/contracts';
import { type EventSource } from '../../src/index.ts';
import { createRecorder, until, usageOf } from '../recorder.ts';
import { openSource, openStack, registry, type Stack } from './stack.ts';

describe('a producer that counts milliseconds, by a schema the registry took as compatible', () => {
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

  it('is parked by name, and the events around it are read', async () => {
    const subject = subjectOf('usage', stack.prefix);
    const client = new SchemaRegistry({ host: registry().url });
    const ours = await client.getLatestSchemaId(subject);
    const sentAt =
      '{"name":"sent_at","type":{"type":"long","logicalType":"timestamp-millis"},"default":0,"doc":"Not ours."},';
    const schema = (text: string): Promise<{ id: number }> =>
      client.register({ type: SchemaType.AVRO, schema: text }, { subject });
    const withOwnField = SCHEMA_TEXTS.usage.replace('"fields":[', `"fields":[${sentAt}`);
    const { id: richer } = await schema(withOwnField);
    const { id: foreign } = await schema(
      SCHEMA_TEXTS.usage.replaceAll('timestamp-micros', 'timestamp-millis'),
    );
    expect(new Set([ours, richer, foreign]).size).toBe(3);
    const rich = encodeEvent(usageOf(1, 'rich'), richer);
    // Their own field comes first in the value: a zero.
    const richValue = Buffer.concat([rich.subarray(0, 5), Buffer.from([0]), rich.subarray(5)]);
    await stack.send('usage', 0, [
      { value: encodeEvent(usageOf(1, 'before'), ours) },
      { value: encodeEvent(usageOf(1, 'millis'), foreign) },
      { value: richValue },
    ]);

    const recorder = createRecorder();
    await source.follow(recorder);
    await until('all three', () => recorder.committed.length === 3);
    expect(recorder.committed.map(({ decoded }) => decoded)).toMatchObject([
      { kind: 'event', event: { event_id: 'before' } },
      {
        kind: 'undecodable',
        error: {
          code: 'wrong_schema',
          field: 'occurred_at',
          reason: expect.stringMatching(
            /as timestamp-millis \(long\), the contract says timestamp-micros.*; also: usage\.timestamp$/,
          ),
        },
      },
      { kind: 'event', event: { event_id: 'rich' } },
    ]);
  });
});
