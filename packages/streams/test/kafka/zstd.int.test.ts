import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeEvent, topicOf } from '@portal/contracts';
import kafkajs from 'kafkajs';
import { type EventSource, type StreamNotice } from '../../src/index.ts';
import { registerCodecs } from '../../src/kafka/codecs.ts';
import { registerSchema } from '../../src/kafka/schemas.ts';
import { ANSWER_MS } from '../../src/kafka/who.ts';
import { createRecorder, customerOf, eventIds, recordOf, until, usageOf } from '../recorder.ts';
import { openSource, openStack, registry, type Stack } from './stack.ts';

type Unreadable = Extract<StreamNotice, { kind: 'unreadable' }>;

it('zstd is read from Node 22.15 on', async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const { zstd } = await registerCodecs();
  expect(zstd).toBe(major > 22 || (major === 22 && minor >= 15));
});

/** As RFC 8878 has them: one frame with its size, one block of bytes as they are. Every version of Node can write that. */
const writesFrames = {
  compress: ({ buffer }: { readonly buffer: Buffer }): Promise<Buffer> => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(0xfd2fb528, 0);
    head.writeUInt8(0xa0, 4);
    head.writeUInt32LE(buffer.length, 5);
    head.writeUIntLE((buffer.length << 3) | 1, 9, 3);
    return Promise.resolve(Buffer.concat([head, buffer]));
  },
  decompress: (): Promise<Buffer> => Promise.reject(new Error('only for writing')),
};

/** Node reads zstd from 22.15 on; before, the partition must wait and say so. */
describe('a topic with records that their producer compressed with zstd', () => {
  let stack: Stack;
  let source: EventSource;
  beforeEach(async () => {
    stack = await openStack();
    await sendUsage('before', 'also-before');
    await sendCompressed('compressed');
    await sendUsage('behind');
    source = await openSource(stack);
  });
  afterEach(async () => {
    await source.close();
    await stack.close();
  });

  /** One batch each. */
  async function sendUsage(...ids: readonly string[]): Promise<void> {
    for (const id of ids) await stack.produce([recordOf(usageOf(1, id), { partition: 0 })]);
  }

  /** By a producer that compresses: a broker told to do so may take a while to know it. */
  async function sendCompressed(id: string): Promise<void> {
    const value = encodeEvent(
      usageOf(1, id),
      await registerSchema(registry(), 'usage', stack.prefix, ANSWER_MS),
    );
    const topic = topicOf('usage', stack.prefix);
    const { CompressionCodecs, CompressionTypes } = kafkajs;
    CompressionCodecs[CompressionTypes.ZSTD] = () => writesFrames;
    try {
      const compression = CompressionTypes.ZSTD;
      await stack.producer.send({ topic, compression, messages: [{ value, partition: 0 }] });
    } finally {
      await registerCodecs();
    }
  }

  const unreadable = (): readonly Unreadable[] =>
    stack.notices.filter((notice) => notice.kind === 'unreadable');

  const words = (): RegExp =>
    new RegExp(
      `^${topicOf('usage', stack.prefix)} partition 0 offset 2: records compressed with zstd ` +
        'cannot be read here: run on Node 22\\.15 or newer; .*compression\\.type of the topic',
    );

  it('holds that partition before the first such batch, by name, while all others go on', async () => {
    const recorder = createRecorder();
    const following = await source.follow(recorder);
    if ((await registerCodecs()).zstd) {
      await until('all', () => recorder.committed.length === 4);
      expect(unreadable()).toEqual([]);
      return;
    }
    let end: string | null = null;
    void following.ended.then(({ reason }) => {
      end = reason;
    });
    await until('word of it', () => unreadable().length > 0);
    expect(unreadable()[0]).toMatchObject({ family: 'usage', partition: 0, offset: 2 });
    expect(unreadable()[0]?.reason).toMatch(words());

    await stack.produce([
      recordOf(usageOf(2, 'its neighbour'), { partition: 1 }),
      recordOf(customerOf(1, 'its customer'), { partition: 0 }),
    ]);
    await until('the others', () => recorder.committed.length === 4);
    const told = unreadable().length;
    await until('it is tried again', () => unreadable().length > told);
    expect([...eventIds(recorder.committed)].sort()).toEqual(
      ['before', 'also-before', 'its neighbour', 'its customer'].sort(),
    );
    expect([end, recorder.broken]).toEqual([null, []]);
  });

  it('is read up to that batch, and then refused with the same words', async () => {
    const ids: string[] = [];
    const readAll = async (): Promise<void> => {
      for await (const batch of source.read({ family: 'usage', partition: 0 }, 0, 4)) {
        ids.push(...eventIds(batch.records));
      }
    };
    if ((await registerCodecs()).zstd) {
      await readAll();
      expect(ids).toEqual(['before', 'also-before', 'compressed', 'behind']);
      return;
    }
    await expect(readAll()).rejects.toThrow(words());
    expect(ids).toEqual(['before', 'also-before']);
  });
});
