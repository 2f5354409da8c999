import { topicOf } from '@portal/contracts';
import { partitionName, type PartitionName, type Place } from '@portal/projection';
import { brokerOffset } from '../logical.ts';
import { unsupportedCodec } from './codecs.ts';
import { type KafkaLog, type LedRange } from './log.ts';
import { ONE_BATCH, request } from './request.ts';

/**
 * When the oldest record that is left of each partition came, in epoch milliseconds; null: nothing is left, or it is
 * compressed in a way this process cannot read. It is fetched: asked for the first offset of any time, a broker answers
 * that there is none once the first batch of a segment was deleted. Rejects as kafkajs does.
 */
export async function oldestOf(
  log: KafkaLog,
  of: readonly Place[],
): Promise<ReadonlyMap<PartitionName, number | null>> {
  const wanted = of.map(({ family, partition }) => ({
    ...{ topic: topicOf(family, log.prefix), partition },
  }));
  const found = new Map<PartitionName, number | null>();
  for (const range of await log.rangesNow(wanted)) {
    found.set(partitionName(range), await oldestIn(log, range));
  }
  return found;
}

/** One batch at a time: those of transaction markers hold no record. */
async function oldestIn(
  log: KafkaLog,
  { family, partition, leader, begin, end }: LedRange,
): Promise<number | null> {
  const { cluster } = await log.layout();
  const at = { topic: topicOf(family, log.prefix), partition };
  try {
    for (let offset = brokerOffset(begin); offset < brokerOffset(end);) {
      const [range] = await request(cluster, leader, [{ ...at, offset }], ONE_BATCH);
      if (range === undefined) return null;
      const [first] = range.messages;
      if (first !== undefined) return timeOf(first.timestamp);
      offset = range.next;
    }
    return null;
  } catch (error) {
    if (unsupportedCodec(error) === null) throw error;
    return null;
  }
}

/** -1: written by a producer of a time before records had one. */
const timeOf = (timestamp: string): number | null =>
  Number(timestamp) < 0 ? null : Number(timestamp);
