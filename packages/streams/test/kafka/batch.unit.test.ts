import { describe, expect, it } from '@jest/globals';
import { type KafkaMessage } from 'kafkajs';
import { batchOf } from '../../src/kafka/batch.ts';
import { logicalOffset } from '../../src/index.ts';

const AT = { family: 'usage', partition: 3 } as const;

const message = (offset: number, key: Buffer | null, value: Buffer | null): KafkaMessage => ({
  ...{ offset: String(offset), key, value, timestamp: '1', attributes: 0, headers: {} },
});

describe('the bytes of a record', () => {
  const messages = [message(17, Buffer.from([0xff]), Buffer.from([1, 2])), message(19, null, null)];
  const range = { topic: 'billing.usage', partition: 3, from: 17, next: 20, messages, bytes: 3 };

  it.each([0, 2])('are those that were sent, in history %d', (history) => {
    const { bytesOf } = batchOf(AT, history, range, []);
    const at = (offset: number) => bytesOf?.(logicalOffset(history, offset));
    expect(at(17)).toEqual({ key: Buffer.from([0xff]), value: Buffer.from([1, 2]) });
    expect(at(19)).toEqual({ key: null, value: null });
    expect(at(18)).toBeNull();
  });
});
