import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { topicOf } from '@portal/contracts';
import kafkajs from 'kafkajs';
import { type EventSource, type SourceBatch } from '../../src/index.ts';
import { openKafka } from '../../src/kafka/client.ts';
import { registerCodecs } from '../../src/kafka/codecs.ts';
import { createRecorder, recordOf, until, usageOf } from '../recorder.ts';
import { kafka, openSource, openStack, type Stack } from './stack.ts';

const { CompressionTypes } = kafkajs;

describe('batches as brokers and producers really make them', () => {
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

  const readAll = async (): Promise<SourceBatch[]> => {
    const batches: SourceBatch[] = [];
    const range = (await source.partitions()).ranges.find(
      ({ family, partition }) => family === 'usage' && partition === 0,
    )!;
    for await (const batch of source.read(range, range.begin, range.end)) batches.push(batch);
    return batches;
  };

  it.each(['GZIP', 'Snappy', 'LZ4'] as const)('reads batches compressed with %s', async (codec) => {
    const codecs = await registerCodecs();
    const sent = stack.producer.send({
      topic: topicOf('usage', stack.prefix),
      compression: CompressionTypes[codec],
      messages: Array.from({ length: 50 }, () => ({ value: null, partition: 0 })),
    });
    if (codec === 'LZ4' && !codecs.lz4) {
      // Its native part is optional: where it did not install, it is refused by name.
      await expect(sent).rejects.toThrow('compressed with lz4 cannot be read here');
      return;
    }
    await sent;
    const records = (await readAll()).flatMap((batch) => batch.records);
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  it('covers transaction markers and aborted records by ranges, and never shows them', async () => {
    const client = await openKafka(kafka());
    const producer = client.producer({
      transactionalId: `${stack.prefix}.tx`,
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await producer.connect();
    const topic = topicOf('usage', stack.prefix);
    const message = { value: null, partition: 0 };
    for (const end of ['commit', 'abort', 'commit', 'abort'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [message, message] });
      await transaction[end]();
    }
    await producer.disconnect();
    await until('the last marker', async () => {
      const [range] = await stack.admin
        .fetchTopicOffsets(topic)
        .then((all) => all.filter(({ partition }) => partition === 0));
      return range?.high === '12';
    });

    const batches = await readAll();
    const records = batches.flatMap((batch) => batch.records);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 6, 7]);
    expect(batches.at(-1)?.next).toBe(12);

    const recorder = createRecorder();
    await source.follow(recorder);
    await until('the whole range', () => recorder.batches.at(-1)?.next === 12);
    expect(recorder.committed.map(({ offset }) => offset)).toEqual([0, 1, 6, 7]);
    expect(recorder.broken).toEqual([]);
  });

  it('says that history is lost instead of resetting, when records before the position are deleted', async () => {
    await stack.produce(
      Array.from({ length: 10 }, (_, n) => recordOf(usageOf(1, `usage-${n}`), { partition: 0 })),
    );
    await stack.deleteBefore('usage', 0, 4);
    const recorder = createRecorder({ starts: new Map([['usage/0', { next: 2, from: 2 }]]) });
    const following = await source.follow(recorder);
    await until('the partition to wait', () => following.held().length > 0);
    expect(following.held()).toMatchObject([
      {
        ...{ family: 'usage', partition: 0, why: 'history_changed' },
        detail: 'folded up to usage/0@2, but the log begins at 4: what lies between is lost',
        found: { kind: 'trimmed', history: 0, wanted: 2, begin: 4, end: 10 },
      },
    ]);
    expect(stack.missing[0]).toEqual({
      ...{ family: 'usage', partition: 0, isStarted: true, wanted: 2, begin: 4, end: 10 },
    });
    expect(recorder.batches).toEqual([]);
    const reading = source.read({ family: 'usage', partition: 0 }, 0, 10)[Symbol.asyncIterator]();
    await expect(reading.next()).rejects.toThrow('history lost: offset 0 of usage/0 is gone');
  });

  it('does not miss what is gone of that which is only read again', async () => {
    await stack.produce(
      Array.from({ length: 10 }, (_, n) => recordOf(usageOf(1, `usage-${n}`), { partition: 0 })),
    );
    await stack.deleteBefore('usage', 0, 4);
    const recorder = createRecorder({ starts: new Map([['usage/0', { next: 8, from: 2 }]]) });
    await source.follow(recorder);
    await until('the rest', () => recorder.committed.length >= 6);
    expect(recorder.committed.map(({ offset }) => offset)).toEqual([4, 5, 6, 7, 8, 9]);
    expect(stack.missing).toEqual([]);
  });

  it('says so as well while it follows, and goes on at the begin when that is accepted', async () => {
    await source.close();
    source = await openSource(stack, {
      onMissingHistory: (missing) => {
        stack.missing.push(missing);
        return 'go_on';
      },
    });
    await stack.produce([recordOf(usageOf(1, 'usage-0'), { partition: 0 })]);
    let held = true;
    const recorder = createRecorder({ outcome: () => (held ? 'retry' : 'commit') });
    await source.follow(recorder);
    await until('the first try', () => recorder.batches.length > 0);
    await stack.produce([1, 2].map((n) => recordOf(usageOf(1, `usage-${n}`), { partition: 0 })));
    await stack.deleteBefore('usage', 0, 2);
    held = false;
    await until('what is left', () => recorder.committed.some(({ offset }) => offset === 2));
    expect(stack.missing).toContainEqual(
      expect.objectContaining({ family: 'usage', partition: 0, begin: 2, end: 3 }),
    );
  });
});
