import { DEFAULT_TOPIC_PREFIX, subjectOf } from '@portal/contracts';
import { FAMILIES } from '@portal/projection';
import { type Admin, type ITopicConfig } from 'kafkajs';
import { type KafkaConnection, openKafka } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { registerSchema } from './schemas.ts';
import { waitOut } from '../wait.ts';
import { decisionsTopic, eventTopics } from './topics.ts';

export interface SetUpOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
  /** Of each of the five event topics; 6 when absent. */
  readonly partitions?: number;
  /** Replication factor; the brokers' default when absent. */
  readonly replication?: number;
}

/** One thing set-up looked at. Running it again gives `present` for all. */
export type SetUpStep =
  | { readonly kind: 'topic'; readonly name: string; readonly outcome: 'created' | 'present' }
  | { readonly kind: 'schema'; readonly name: string; readonly id: number };

export const DEFAULT_PARTITIONS = 6;

/** Events are kept: a customer's history is what its answer is made from. Not compacted: keys are customers. */
const KEPT = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'retention.ms', value: '-1' },
];

/**
 * Creates the five event topics with one partition count, `<prefix>.decisions` with one partition, and
 * registers the schemas. Idempotent. Throws when an event topic exists with another partition count: a
 * customer's topics must share partition numbers, and adding partitions later moves customers.
 */
export async function setUp(options: SetUpOptions): Promise<readonly SetUpStep[]> {
  const prefix = options.prefix ?? DEFAULT_TOPIC_PREFIX;
  const partitions = options.partitions ?? DEFAULT_PARTITIONS;
  const replication = options.replication ?? -1;
  const wanted: ITopicConfig[] = [
    ...[...eventTopics(prefix).keys()].map((topic) => ({ topic, numPartitions: partitions })),
    { topic: decisionsTopic(prefix), numPartitions: 1 },
  ].map((topic) => ({ ...topic, replicationFactor: replication, configEntries: [...KEPT] }));

  const admin = (await openKafka(options.kafka)).admin();
  try {
    await admin.connect();
    const topics = await createTopics(admin, wanted);
    const schemas: SetUpStep[] = [];
    for (const family of FAMILIES) {
      const id = await registerSchema(options.registry, family, prefix);
      schemas.push({ kind: 'schema', name: subjectOf(family, prefix), id });
    }
    return [...topics, ...schemas];
  } finally {
    await admin.disconnect();
  }
}

async function createTopics(
  admin: Admin,
  wanted: readonly ITopicConfig[],
): Promise<readonly SetUpStep[]> {
  const existing = new Set(await admin.listTopics());
  const present = wanted.filter(({ topic }) => existing.has(topic));
  await checkCounts(admin, present);
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) {
    await admin.createTopics({ topics: [...missing], waitForLeaders: false });
    await known(
      admin,
      missing.map(({ topic }) => topic),
    );
  }
  return wanted.map(({ topic }) => ({
    kind: 'topic',
    name: topic,
    outcome: existing.has(topic) ? 'present' : 'created',
  }));
}

const KNOWN_WITHIN_MS = 30_000;

/**
 * Waits until the brokers know the new topics and their leaders. kafkajs' own wait takes a broker that
 * has not heard of a topic yet for a failure.
 */
async function known(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = AbortSignal.timeout(KNOWN_WITHIN_MS);
  await waitOut(
    async () => {
      const metadata = await admin.fetchTopicMetadata({ topics: [...topics] });
      const partitions = metadata.topics.flatMap((topic) => topic.partitions);
      if (partitions.some(({ leader }) => leader < 0)) throw new Error('a partition has no leader');
      // Metadata may run ahead of the leaders: only their own answer says that they serve.
      await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
    },
    deadline,
    () => undefined,
  );
}

async function checkCounts(admin: Admin, present: readonly ITopicConfig[]): Promise<void> {
  if (present.length === 0) return;
  const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
  for (const { topic, numPartitions } of present) {
    const count = topics.find(({ name }) => name === topic)?.partitions.length;
    if (count === numPartitions) continue;
    throw new Error(
      `topic ${topic} has ${count} partitions, ${numPartitions} were asked for. ` +
        `Ask for ${count}, or delete the topic and publish its events again: ` +
        'adding partitions would move customers away from their earlier events.',
    );
  }
}
