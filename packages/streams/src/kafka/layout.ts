import { singleFlight } from '@portal/async';
import { type Cluster, type PartitionMetadata } from 'kafkajs';
import { topicsThere, type TopicsThere } from './metadata.ts';

/** The connections to a cluster, and what it has of our topics. */
export interface Layout {
  readonly cluster: Cluster;
  /** As the brokers said last; empty: there is no such topic. */
  partitionsOf(topic: string): readonly PartitionMetadata[];
  /**
   * Asks the brokers, once for all who ask meanwhile: one request for all topics. A broker that is away or silent is
   * passed by. Rejects as kafkajs does; what was known stays known then.
   */
  refresh(): Promise<void>;
  /** As `refresh`, unless they were asked a moment ago. */
  recent(): Promise<void>;
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A follower asks every two seconds, so others can use what it knows. */
const RECENT_MS = 3_000;

/**
 * Nothing is asked before the first refresh. A topic that is gone, or not yet there, or a partition without a leader
 * keeps no other one from being known.
 */
export function createLayout(cluster: Cluster, topics: readonly string[]): Layout {
  let known: TopicsThere = new Map();
  /** Brokers that gave no answer when they were last asked: they come last. */
  const silent = new Set<number>();
  let askedAt = Number.NEGATIVE_INFINITY;
  const refresh = singleFlight(async () => {
    const began = performance.now();
    known = await askAny(cluster, topics, silent);
    askedAt = began;
    aim(cluster, [...known.keys()]);
  });
  return {
    cluster,
    partitionsOf: (topic) => known.get(topic) ?? [],
    refresh,
    recent: async () => {
      if (performance.now() - askedAt > RECENT_MS) await refresh();
    },
  };
}

export const isThere = (
  layout: Pick<Layout, 'partitionsOf'>,
  { topic, partition }: TopicPartition,
): boolean => layout.partitionsOf(topic).some(({ partitionId }) => partitionId === partition);

/** Stands for the leader of partitions of which none is known. */
export const NO_LEADER = '';

/** Groups partitions by the broker that leads them. */
export function byLeader<At extends TopicPartition>(
  layout: Pick<Layout, 'partitionsOf'>,
  partitions: readonly At[],
): ReadonlyMap<string, readonly At[]> {
  const groups = new Map<string, At[]>();
  for (const one of partitions) {
    const found = layout.partitionsOf(one.topic).find((each) => each.partitionId === one.partition);
    const leader = found === undefined ? NO_LEADER : String(found.leader);
    groups.set(leader, [...(groups.get(leader) ?? []), one]);
  }
  return groups;
}

/** Whether the cluster itself says that there is no such topic, or no such partition. */
const isUnknownTopic = (error: unknown): boolean =>
  (error as { readonly type?: unknown } | null)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';

async function askAny(
  cluster: Cluster,
  topics: readonly string[],
  silent: Set<number>,
): Promise<TopicsThere> {
  let failure: unknown = new Error('no broker is known');
  for (const isLast of [false, true]) {
    const nodeIds = cluster.getNodeIds().map(Number);
    for (const nodeId of nodeIds.sort((a, b) => Number(silent.has(a)) - Number(silent.has(b)))) {
      try {
        const broker = await cluster.findBroker({ nodeId: String(nodeId) });
        const found = await topicsThere(broker, topics);
        silent.delete(nodeId);
        return found;
      } catch (error) {
        // It said no: the others would say the same.
        if (isAnswer(error)) throw error;
        silent.add(nodeId);
        failure = error;
      }
    }
    // At first, and when brokers have moved since they were last asked for.
    if (!isLast) await meetBrokers(cluster, topics);
  }
  throw failure;
}

const isAnswer = (error: unknown): boolean => (error as Error).name === 'KafkaJSProtocolError';

/** kafkajs learns of brokers only together with topics. With none of ours it asks for all there are. */
async function meetBrokers(cluster: Cluster, topics: readonly string[]): Promise<void> {
  for (const names of [topics, ...topics.map((topic) => [topic]), []]) {
    aim(cluster, names);
    try {
      await cluster.refreshMetadata();
      return;
    } catch (error) {
      if (!isUnknownTopic(error)) throw error;
    }
  }
}

/** The topics kafkajs asks for when it searches for brokers itself: only those that are there, or it fails. */
function aim(cluster: Cluster, topics: readonly string[]): void {
  Object.assign(cluster, { targetTopics: new Set(topics) });
}
