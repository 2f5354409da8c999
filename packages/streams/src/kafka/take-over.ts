import { type PartitionName, partitionName } from '@portal/projection';
import { historyLostText } from '../notice.ts';
import { type AssignedPartition, type Follower, type PartitionRange } from '../port.ts';
import { type KafkaLog } from './log.ts';
import { type Position, startPosition } from './positions.ts';
import { lostIn } from './read.ts';
import { topicOf } from '@portal/contracts';
import { unlessAborted, waitOut } from '../wait.ts';

/** Topic to partition numbers, as the group gave them. */
export type Assignment = ReadonlyMap<string, readonly number[]>;

export type TakenOver =
  | { readonly kind: 'taken'; readonly positions: readonly Position[] }
  | { readonly kind: 'history_lost'; readonly reason: string };

/**
 * Asks the follower where to start each assigned partition, and checks that the log still holds it.
 * A start outside the log is history lost: the verdict says whether to go on at the begin.
 * Rejects when the signal aborts, or when the follower throws.
 */
export async function takeOver(
  log: KafkaLog,
  groupId: string,
  follower: Follower,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<TakenOver> {
  const assigned = await withCommitted(log, groupId, assignment, signal);
  const starts = await follower.assigned(assigned);
  const ranges = await rangesByName(log, assigned, signal);
  const positions: Position[] = [];
  for (const at of assigned) {
    const name = partitionName(at);
    const range = ranges.get(name);
    if (range === undefined) throw new Error(`${name} is assigned but not in the topic`);
    const asked = starts.get(name);
    const wanted = asked?.next ?? at.committed ?? range.begin;
    const lost = lostIn(range, wanted);
    if (lost !== null && log.historyLost(lost) === 'stop') {
      return { kind: 'history_lost', reason: historyLostText(lost) };
    }
    const start = Math.max(range.begin, lost === null ? (asked?.from ?? wanted) : range.begin);
    positions.push(
      startPosition(
        { topic: topicOf(at.family, log.prefix), family: at.family, partition: at.partition },
        start,
        lost === null ? wanted : range.begin,
      ),
    );
  }
  return { kind: 'taken', positions };
}

async function withCommitted(
  log: KafkaLog,
  groupId: string,
  assignment: Assignment,
  signal: AbortSignal,
): Promise<readonly AssignedPartition[]> {
  const admin = await unlessAborted(log.admin(), signal);
  const offsets = await waitOut(
    () => admin.fetchOffsets({ groupId, topics: [...assignment.keys()] }),
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
      return { family, partition, committed: offset < 0 ? null : offset };
    });
  });
}

async function rangesByName(
  log: KafkaLog,
  assigned: readonly AssignedPartition[],
  signal: AbortSignal,
): Promise<ReadonlyMap<PartitionName, PartitionRange>> {
  const families = [...new Set(assigned.map(({ family }) => family))];
  const ranges = await Promise.all(families.map((family) => log.ranges(family, signal)));
  return new Map(ranges.flat().map((range) => [partitionName(range), range]));
}
