import { type Broker, type Cluster, type PartitionMetadata } from 'kafkajs';

/** What a broker says of one partition, in its own offsets. */
export interface BrokerRange {
  readonly partition: number;
  readonly leader: number;
  readonly begin: number;
  /** The last stable offset: what `read_committed` can reach. */
  readonly end: number;
}

const READ_COMMITTED = 1;
const EARLIEST = '-2';
const LATEST = '-1';

/**
 * Begin and end of every partition a topic has now, by what the brokers say at this moment: nothing that a
 * client remembers of topics plays a part, so a partition that was added is seen at once, and a topic that
 * is gone costs no other one. Rejects as kafkajs does; see `isUnknownTopic`.
 */
export async function fetchOffsets(
  cluster: Cluster,
  topic: string,
): Promise<readonly BrokerRange[]> {
  const [partitions = []] = await fetchPartitions(cluster, [topic]);
  const leaders = new Set(partitions.map(({ leader }) => leader));
  const ranges: BrokerRange[] = [];
  for (const leader of leaders) {
    const broker = await cluster.findBroker({ nodeId: String(leader) });
    const own = partitions.filter((one) => one.leader === leader);
    const numbers = own.map(({ partitionId }) => partitionId);
    const ends = await listOffsets(broker, topic, numbers, LATEST);
    const begins = await listOffsets(broker, topic, numbers, EARLIEST);
    for (const [partition, end] of ends) {
      const begin = begins.get(partition);
      if (begin === undefined) throw new Error(`${topic}/${partition} has no begin`);
      ranges.push({ partition, leader, begin, end });
    }
  }
  return ranges.sort((a, b) => a.partition - b.partition);
}

/** The partitions of each topic, in the order asked for. Rejects when one of the topics is not there. */
export async function fetchPartitions(
  cluster: Cluster,
  topics: readonly string[],
): Promise<readonly (readonly PartitionMetadata[])[]> {
  const broker = await anyBroker(cluster);
  const { topicMetadata } = await broker.metadata([...topics]);
  return topics.map((name) => {
    const found = topicMetadata.find(({ topic }) => topic === name);
    if (found === undefined) throw new Error(`the broker says nothing of ${name}`);
    return found.partitionMetadata;
  });
}

/** Whether the cluster itself says that there is no such topic, or no such partition. */
export const isUnknownTopic = (error: unknown): boolean =>
  (error as { readonly type?: unknown } | null)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';

async function anyBroker(cluster: Cluster): Promise<Broker> {
  let failure: unknown = new Error('no broker is known');
  for (const nodeId of cluster.getNodeIds()) {
    try {
      return await cluster.findBroker({ nodeId: String(nodeId) });
    } catch (error) {
      failure = error;
    }
  }
  // Brokers may have moved since they were last asked for.
  await cluster.refreshMetadata().catch(() => undefined);
  throw failure;
}

interface ListsOffsets {
  listOffsets(request: {
    readonly replicaId: -1;
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: string }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
}

async function listOffsets(
  broker: Broker,
  topic: string,
  partitions: readonly number[],
  timestamp: string,
): Promise<ReadonlyMap<number, number>> {
  const { responses } = await (broker as unknown as ListsOffsets).listOffsets({
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    topics: [{ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }],
  });
  return new Map(
    responses.flatMap((response) =>
      response.partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
    ),
  );
}
