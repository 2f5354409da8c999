import { type Broker } from 'kafkajs';
import { byLeader, type Layout, type TopicPartition } from './layout.ts';

/** What a broker says of one partition, in its own offsets. */
export interface BrokerRange extends TopicPartition {
  readonly leader: string;
  readonly begin: number;
  /** The last stable offset: what `read_committed` can reach. */
  readonly end: number;
}

const READ_COMMITTED = 1;
const EARLIEST = '-2';
const LATEST = '-1';

/**
 * Begin and end of the partitions that `pick` gives, by what the brokers say at this moment: two requests to each
 * leader, however many topics there are. When topics or leaders turn out to be others, it asks where they are and picks
 * again. Rejects as kafkajs does.
 */
export async function fetchOffsets(
  layout: Layout,
  pick: () => readonly TopicPartition[],
): Promise<readonly BrokerRange[]> {
  await layout.recent();
  try {
    return await offsetsOf(layout, pick());
  } catch (error) {
    if (!MOVED.has((error as { readonly type?: string }).type ?? '')) throw error;
  }
  await layout.refresh();
  return await offsetsOf(layout, pick());
}

/** What a broker answers when it has no such partition, or leads it no more. */
const MOVED: ReadonlySet<string> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
]);

async function offsetsOf(
  layout: Layout,
  wanted: readonly TopicPartition[],
): Promise<readonly BrokerRange[]> {
  const found = new Map<string, BrokerRange>();
  const askLeader = async (leader: string, own: readonly TopicPartition[]): Promise<void> => {
    if (Number(leader) < 0) throw new Error(`nobody leads ${own.map(nameOf).join(', ')} now`);
    const broker = await layout.cluster.findBroker({ nodeId: leader });
    const [begins, ends] = await Promise.all([
      listOffsets(broker, own, EARLIEST),
      listOffsets(broker, own, LATEST),
    ]);
    for (const { topic, partition } of own) {
      const name = nameOf({ topic, partition });
      const [begin, end] = [begins.get(name), ends.get(name)];
      if (begin === undefined || end === undefined) throw new Error(`${name} has no range`);
      found.set(name, { topic, partition, leader, begin, end });
    }
  };
  await Promise.all([...byLeader(layout, wanted)].map(([leader, own]) => askLeader(leader, own)));
  return wanted.flatMap((at) => found.get(nameOf(at)) ?? []);
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

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
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
}

async function listOffsets(
  broker: Broker,
  wanted: readonly TopicPartition[],
  timestamp: string,
): Promise<ReadonlyMap<string, number>> {
  const topics = [...new Set(wanted.map(({ topic }) => topic))];
  const { responses } = await (broker as unknown as ListsOffsets).listOffsets({
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    topics: topics.map((topic) => ({
      topic,
      partitions: wanted
        .filter((one) => one.topic === topic)
        .map(({ partition }) => ({ partition, timestamp })),
    })),
  });
  return new Map(
    responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }) => [nameOf({ topic, partition }), Number(offset)]),
    ),
  );
}
