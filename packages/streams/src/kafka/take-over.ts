import { partitionName } from '@portal/projection';
import { logicalOffset } from '../logical.ts';
import { type AssignedPartition, type Follower } from '../port.ts';
import { type KafkaLog } from './log.ts';
import { type Position, startPosition } from './positions.ts';
import { topicOf } from '@portal/contracts';
import { unlessAborted } from '../wait.ts';
import { waitOut } from './wait-out.ts';

/** Topic to partition numbers, as the group gave them. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

/**
 * Asks the follower where to start each assigned partition. Whether the log still is the one it folded is checked
 * before anything of it is fetched (verify.ts). Rejects when the signal aborts, or when the follower throws.
 */
export async function takeOver(
  log: KafkaLog,
  groupId: string,
  follower: Follower,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<readonly Position[]> {
  await log.decided(signal);
  const assigned = await withCommitted(log, groupId, assignment, signal);
  const starts = await follower.assigned(assigned);
  return assigned.map(({ family, partition, committed }) => {
    const {
      next,
      from,
      last = null,
    } = starts.get(partitionName({ family, partition })) ?? {
      next: committed ?? 0,
      from: committed ?? 0,
    };
    const topic = topicOf(family, log.prefix);
    return startPosition({ topic, family, partition }, from, next, last);
  });
}

async function withCommitted(
  log: KafkaLog,
  groupId: string,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<readonly AssignedPartition[]> {
  const admin = await unlessAborted(log.admin(), signal);
  const offsets = await waitOut(
    // Of all topics: kafkajs looks a topic up before it asks for its offsets, and one may be gone.
    () => admin.fetchOffsets({ groupId }),
    signal,
    (reason, retry_in_ms) => {
      log.notice({ kind: 'broker_away', reason, retry_in_ms });
    },
  );
  return [...assignment].flatMap(([topic, numbers]) => {
    const family = log.topics.get(topic);
    if (family === undefined) return [];
    const known = offsets.find((one) => one.topic === topic)?.partitions ?? [];
    return numbers.map((partition) => {
      const offset = Number(known.find((one) => one.partition === partition)?.offset ?? -1);
      // Kafka knows its own offsets only. One that is of an earlier history is no higher than it should be: a hint.
      const { history } = log.decisions.historyOf(partitionName({ family, partition }));
      return { family, partition, committed: offset < 0 ? null : logicalOffset(history, offset) };
    });
  });
}
