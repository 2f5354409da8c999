import { type Consumer, type Kafka } from 'kafkajs';
import { coPartitioned } from './assigner.ts';
import { kafkaMessageOf } from './trouble.ts';

/** Offsets to commit: topic, partition, and the first offset not yet done. */
export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly next: number;
}

export interface Membership {
  /** Writes the group's offsets. Resolves with what went wrong, null when written; never rejects. */
  commit(offsets: readonly Commit[]): Promise<string | null>;
  /** Leaves the group; others take over at once. */
  leave(): Promise<void>;
}

export interface MembershipEvents {
  /** Called at every join, also when the assignment did not change: topic to partition numbers. */
  readonly assigned: (assignment: ReadonlyMap<string, readonly number[]>) => void;
  /** The consumer is no longer a member of the group: this membership is over. */
  readonly crashed: (reason: string) => void;
}

const SESSION_MS = 10_000;
const REBALANCE_MS = 60_000;
const HEARTBEAT_MS = 2_000;
/** A paused kafkajs consumer beats once per such wait, so it bounds how fast a rebalance is noticed. */
const PAUSED_WAIT_MS = 250;

/**
 * Keeps a place in a consumer group, and nothing else. The kafkajs consumer is paused from its first
 * assignment on and never fetches: it joins, beats, notices rebalances and commits, while the records
 * are fetched by ourselves (fetch.ts). So nothing of a batch can throw inside kafkajs' runner, one slow
 * partition holds up no other, an offset out of range is not reset in silence, and no seek is needed.
 * kafkajs does not restart by itself; `crashed` is called instead.
 */
export async function joinGroup(
  kafka: Kafka,
  groupId: string,
  topics: readonly string[],
  events: MembershipEvents,
): Promise<Membership> {
  const consumer = kafka.consumer({
    groupId,
    partitionAssigners: [coPartitioned],
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: PAUSED_WAIT_MS,
    allowAutoTopicCreation: false,
    retry: { restartOnFailure: () => Promise.resolve(false) },
  });
  listen(consumer, topics, events);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: () => Promise.resolve(),
    });
  } catch (error) {
    await consumer.disconnect();
    throw error;
  }
  return {
    commit: async (offsets) => {
      try {
        await consumer.commitOffsets(
          offsets.map(({ topic, partition, next }) => ({
            topic,
            partition,
            offset: String(next),
          })),
        );
        return null;
      } catch (error) {
        return kafkaMessageOf(error);
      }
    },
    leave: async () => {
      await consumer.disconnect();
    },
  };
}

function listen(consumer: Consumer, topics: readonly string[], events: MembershipEvents): void {
  const { GROUP_JOIN, CRASH } = consumer.events;
  consumer.on(GROUP_JOIN, ({ payload }) => {
    // Before the first fetch: kafkajs emits this inside the join.
    consumer.pause(topics.map((topic) => ({ topic })));
    events.assigned(new Map(Object.entries(payload.memberAssignment)));
  });
  consumer.on(CRASH, ({ payload }) => {
    events.crashed(kafkaMessageOf(payload.error));
  });
}
