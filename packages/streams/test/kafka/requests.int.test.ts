import { topicOf } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openKafka } from '../../src/kafka/client.ts';
import { createDecisions } from '../../src/kafka/decisions.ts';
import { fingerprintOf } from '../../src/kafka/fingerprint.ts';
import { type KafkaLog, openKafkaLog } from '../../src/kafka/log.ts';
import { startPosition, type Position } from '../../src/kafka/positions.ts';
import { NEWS, request } from '../../src/kafka/request.ts';
import { verify } from '../../src/kafka/verify.ts';
import { kafka, openStack, type Stack } from './stack.ts';

const PARTITIONS = [0, 1, 2, 3, 4, 5];

describe('looking at the log', () => {
  let stack: Stack;
  const logs: KafkaLog[] = [];
  beforeEach(async () => {
    stack = await openStack();
  });
  afterEach(async () => {
    await Promise.all(logs.splice(0).map((log) => log.close()));
    await stack.close();
  });

  /** A log of these families, and the names of the requests that were sent since last told. */
  async function openLog(families: readonly Family[]) {
    const client = await openKafka(kafka());
    const sent: string[] = [];
    const consumer = client.consumer.bind(client);
    client.consumer = (options) => {
      const made = consumer(options);
      made.on(made.events.REQUEST, ({ payload }) => sent.push(payload.apiName));
      return made;
    };
    const { prefix } = stack;
    const never = (): never => {
      throw new Error('not asked');
    };
    const log = openKafkaLog(client, {
      prefix,
      topics: new Map(families.map((family) => [topicOf(family, prefix), family])),
      ...{ decode: never, notice: () => undefined, missingHistory: () => 'stop' },
      decisions: createDecisions(prefix, { fetchSchema: never, isOurs: never }, () => undefined),
    });
    logs.push(log);
    await log.layout();
    return { log, sent: () => sent.splice(0).sort() };
  }

  /** One record in each partition, as a follower that folded it remembers it. */
  async function folded(log: KafkaLog, bytes: number): Promise<readonly Position[]> {
    for (const family of log.topics.values()) {
      for (const partition of PARTITIONS) {
        await stack.send(family, partition, [{ value: Buffer.alloc(bytes, partition + 1) }]);
      }
    }
    const { cluster } = await log.layout();
    const ranges = await log.rangesNow();
    return Promise.all(
      ranges.map(async ({ family, partition, leader }) => {
        const at = { topic: topicOf(family, stack.prefix), partition };
        const [range] = await request(cluster, leader, [{ ...at, offset: 0 }], NEWS);
        const last = { offset: 0, fingerprint: fingerprintOf(range!.messages[0]!) };
        return startPosition({ ...at, family }, 1, 1, last);
      }),
    );
  }

  it.each([[['usage'] as const], [FAMILIES]])(
    'costs begins, ends and last records once for each leader, whatever the families: %s',
    async (families) => {
      const { log, sent } = await openLog(families);
      const positions = await folded(log, 100);
      expect(positions).toHaveLength(families.length * PARTITIONS.length);
      sent();
      expect(await log.rangesNow()).toHaveLength(positions.length);
      expect(sent()).toEqual(['ListOffsets', 'ListOffsets']);
      expect(await verify(log, positions)).toEqual({ kind: 'verified' });
      expect(sent()).toEqual(['Fetch', 'ListOffsets', 'ListOffsets']);
      expect(positions.every(({ isSure }) => isSure)).toBe(true);
    },
  );

  it('compares the right records, also where their batches are too large for one answer', async () => {
    const { log } = await openLog(['usage', 'wallets']);
    const positions = await folded(log, 100_000);
    const [other] = positions;
    other!.last = { offset: 0, fingerprint: 'of another record' };
    expect(await verify(log, positions)).toEqual({ kind: 'verified' });
    expect(positions.filter(({ isSure }) => !isSure)).toEqual([other]);
    expect(other!.doubtedAt).not.toBeNull();
  });
});
