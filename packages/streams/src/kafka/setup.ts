import { DEFAULT_TOPIC_PREFIX, subjectOf, TOPIC_NAMES } from '@portal/contracts';
import { type Admin } from 'kafkajs';
import { type KafkaConnection, openKafka } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { registerSchema } from './schemas.ts';
import { atMost } from '@portal/async';
import { answeredWithin } from '../wait.ts';
import { waitOut } from './wait-out.ts';
import { ANSWER_MS, CLOSE_MS, kafkaAt, named } from './who.ts';
import { decisionsTopic, eventTopics } from './topics.ts';
import { troubleOf } from './trouble.ts';
import { ARRIVAL, stampArrival, topicsWithout } from './topic-settings.ts';

export interface SetUpOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
  /** Of each of the five event topics; when absent as many as they have, 6 when there are none. Topics that have less grow. */
  readonly partitions?: number;
  /** Replication factor; the brokers' default when absent. */
  readonly replication?: number;
  /** Whether topics that are there and keep producers' times shall keep the time of arrival from now on. */
  readonly stampArrival?: boolean;
  /** Longest wait for one answer of Kafka or the registry, milliseconds; 30 s when absent. */
  readonly timeoutMs?: number;
}

/** One thing that set-up checked. Running it again gives `present` for all. */
export type SetUpStep =
  | {
      readonly kind: 'topic';
      readonly name: string;
      readonly outcome: 'created' | 'present' | 'grown';
      readonly partitions: number;
    }
  | { readonly kind: 'schema'; readonly name: string; readonly id: number }
  /**
   * Topics that were there and kept producers' times: as they were, or changed because that was asked for. `unknown`: our
   * user may not read the settings of these.
   */
  | {
      readonly kind: 'producers_time';
      readonly topics: readonly string[];
      readonly outcome: 'kept' | 'changed' | 'unknown';
    };

export const DEFAULT_PARTITIONS = 6;

/** Events are kept: a customer's history is what its answer is made from. Not compacted: keys are customers. */
const KEPT = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'retention.ms', value: '-1' },
  ARRIVAL,
];

/**
 * Creates the five event topics with one partition count, `<prefix>.decisions` with one partition, and
 * registers the schemas. Idempotent: of topics that are there it changes what is asked for only. A customer's topics must share partition numbers: throws when the topics
 * have different counts and none is asked for, or fewer are asked for than there are. Adding partitions moves
 * customers to other ones, which changes no dashboard: what is folded does not depend on the order of partitions.
 */
export async function setUp(options: SetUpOptions): Promise<readonly SetUpStep[]> {
  const prefix = options.prefix ?? DEFAULT_TOPIC_PREFIX;
  const { timeoutMs = ANSWER_MS } = options;
  const admin = (await openKafka(options.kafka)).admin();
  const kafka = kafkaAt(options.kafka);
  try {
    await answeredWithin(admin.connect(), timeoutMs, kafka);
    const topics = await answeredWithin(
      setUpTopics(admin, prefix, { ...options, timeoutMs }),
      timeoutMs,
      kafka,
    );
    const schemas: SetUpStep[] = [];
    for (const name of TOPIC_NAMES) {
      const id = await registerSchema(options.registry, name, prefix, timeoutMs);
      schemas.push({ kind: 'schema', name: subjectOf(name, prefix), id });
    }
    return [...topics, ...schemas];
  } catch (error) {
    throw named(error, kafka);
  } finally {
    await atMost(CLOSE_MS, admin.disconnect());
  }
}

async function setUpTopics(
  admin: Admin,
  prefix: string,
  options: SetUpOptions & { readonly timeoutMs: number },
): Promise<readonly SetUpStep[]> {
  const events = [...eventTopics(prefix).keys()];
  const decisions = decisionsTopic(prefix);
  const existing = await countsOf(admin, [...events, decisions]);
  const present = new Map(events.flatMap((topic) => pairOf(existing, topic)));
  const partitions = countFor(present, options.partitions);
  const decisionCount = existing.get(decisions) ?? 1;
  if (decisionCount !== 1) {
    throw new Error(`topic ${decisions} has ${decisionCount} partitions; it must have one`);
  }
  const wanted = [
    ...events.map((topic) => ({ topic, count: partitions })),
    { topic: decisions, count: 1 },
  ];
  const missing = wanted.filter(({ topic }) => !existing.has(topic));
  const small = wanted.filter(({ topic, count }) => (existing.get(topic) ?? count) < count);
  if (missing.length > 0) {
    const topics = missing.map(({ topic, count }) => ({
      ...{ topic, numPartitions: count },
      replicationFactor: options.replication ?? -1,
      configEntries: [...KEPT],
    }));
    await admin.createTopics({ topics, waitForLeaders: false });
  }
  if (small.length > 0) {
    await admin.createPartitions({
      topicPartitions: small.map(({ topic, count }) => ({ topic, count })),
    });
  }
  await known(admin, [...missing, ...small], options.timeoutMs);
  const steps = wanted.map(({ topic, count }): SetUpStep => ({
    kind: 'topic',
    name: topic,
    outcome: outcomeOf(existing.get(topic), count),
    partitions: count,
  }));
  return [...steps, ...(await arrivalStep(admin, [...existing.keys()], options))];
}

async function arrivalStep(
  admin: Admin,
  present: readonly string[],
  { stampArrival: isAsked = false }: SetUpOptions,
): Promise<readonly SetUpStep[]> {
  const others = await topicsWithout(admin, present, ARRIVAL).catch((error: unknown) => {
    if (isAsked || !troubleOf(error).refused) throw error;
    return null;
  });
  if (others === null) return [{ kind: 'producers_time', topics: present, outcome: 'unknown' }];
  if (others.length === 0) return [];
  if (isAsked) await stampArrival(admin, others);
  const topics = others.map(({ topic }) => topic);
  return [{ kind: 'producers_time', topics, outcome: isAsked ? 'changed' : 'kept' }];
}

const outcomeOf = (had: number | undefined, count: number): 'created' | 'present' | 'grown' =>
  had === undefined ? 'created' : had < count ? 'grown' : 'present';

/** Partitions of those that exist. */
async function countsOf(
  admin: Admin,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const existing = new Set(await admin.listTopics());
  const present = names.filter((name) => existing.has(name));
  if (present.length === 0) return new Map();
  const { topics } = await admin.fetchTopicMetadata({ topics: present });
  return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
}

const pairOf = (counts: ReadonlyMap<string, number>, topic: string): [string, number][] => {
  const count = counts.get(topic);
  return count === undefined ? [] : [[topic, count]];
};

/** How many partitions all event topics shall have. Throws, with what to do, when that cannot be. */
function countFor(present: ReadonlyMap<string, number>, asked: number | undefined): number {
  const counts = [...present.values()];
  const most = Math.max(0, ...counts);
  const isEven = counts.every((count) => count === most);
  const told = [...present].map(([topic, count]) => `${topic} ${count}`).join(', ');
  if (asked === undefined) {
    if (isEven) return most === 0 ? DEFAULT_PARTITIONS : most;
    throw new Error(
      `the topics have different numbers of partitions (${told}), and a customer's must share theirs: ` +
        `ask for ${most} or more, then those that have less grow`,
    );
  }
  if (asked >= most) return asked;
  throw new Error(
    `${asked} partitions were asked for, and there are more already (${told}): ` +
      `Kafka takes none away; ask for ${most} or more`,
  );
}

/**
 * Waits until the brokers know the new topics and their leaders. kafkajs' own wait takes a broker that
 * has not heard of a topic yet for a failure.
 */
async function known(
  admin: Admin,
  made: readonly { readonly topic: string; readonly count: number }[],
  withinMs: number,
): Promise<void> {
  if (made.length === 0) return;
  const deadline = AbortSignal.timeout(withinMs);
  await waitOut(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: made.map(({ topic }) => topic) });
      for (const { topic, count } of made) {
        const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
        const led = partitions.filter(({ leader }) => leader >= 0);
        if (led.length < count) throw new Error('a partition has no leader');
      }
      // Metadata may run ahead of the leaders: only their own answer says that they serve.
      await Promise.all(made.map(({ topic }) => admin.fetchTopicOffsets(topic)));
    },
    deadline,
    () => undefined,
  );
}
