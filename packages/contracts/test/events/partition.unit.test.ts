import { describe, expect, it } from '@jest/globals';
import { defaultPartition } from '@portal/contracts';
import fc from 'fast-check';
import { Partitioners } from 'kafkajs';

/** kafkajs picks an index among the partitions it is told of: the oracle. */
const kafkajsPartition = (key: string, partitions: number): number =>
  Partitioners.DefaultPartitioner()({
    topic: 'any',
    message: { key: Buffer.from(key, 'utf8'), value: null },
    partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    })),
  });

describe('defaultPartition', () => {
  it('agrees with kafkajs for any key and any number of partitions', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 100 }),
        (key, partitions) => {
          expect(defaultPartition(key, partitions)).toBe(kafkajsPartition(key, partitions));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  // The hashes that the tests of Apache Kafka's own client pin.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the Java client does', (key, hash) => {
    const positive = hash & 0x7fffffff;
    for (const partitions of [2, 6, 7, 1_000_003]) {
      expect(defaultPartition(key, partitions)).toBe(positive % partitions);
    }
  });
});
