import { DEFAULT_TOPIC_PREFIX } from '@portal/contracts';
import { FAMILIES } from '@portal/projection';
import { type MissingHistory, type HistoryVerdict, type StreamNotice } from '../notice.ts';
import { type EventSource, type Following } from '../port.ts';
import { type KafkaConnection, openKafka } from './client.ts';
import { createMessageDecoder } from './decode.ts';
import { createDecisions } from './decisions.ts';
import { followKafka } from './follow.ts';
import { createKnownSchemas } from './known-schemas.ts';
import { openKafkaLog } from './log.ts';
import { oldestOf } from './oldest.ts';
import { readKafka } from './read.ts';
import { createSchemaFetcher } from './registry.ts';
import { type RegistryConnection } from './registry-http.ts';
import { createOursCheck } from './subjects.ts';
import { eventTopics } from './topics.ts';

export interface KafkaSourceOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  /** Consumer group of `follow`, one for each generation of a store. Following begins once it is known. */
  readonly groupId: string | Promise<string>;
  /** Topics are `<prefix>.<family>`; `billing` when absent. */
  readonly prefix?: string;
  /**
   * An offset that was to be read is trimmed away, and nobody accepted that. Required, so that nobody overlooks it:
   * `go_on` continues at the log's begin, `stop` holds the partition (or throws from `read`). Asked again while it is held.
   */
  readonly onMissingHistory: (missing: MissingHistory) => HistoryVerdict;
  readonly onNotice?: (notice: StreamNotice) => void;
}

/** The five topics of a Kafka cluster as one source. Connects on first use. */
export async function createKafkaSource(options: KafkaSourceOptions): Promise<EventSource> {
  const { prefix = DEFAULT_TOPIC_PREFIX, onNotice: notice = () => undefined } = options;
  const fetchSchema = createSchemaFetcher(options.registry);
  const isOurs = createOursCheck(options.registry, prefix);
  const log = openKafkaLog(await openKafka(options.kafka), {
    prefix,
    topics: eventTopics(prefix),
    decode: createMessageDecoder(createKnownSchemas({ fetchSchema, isOurs })),
    decisions: createDecisions(prefix, { fetchSchema, isOurs }, notice),
    notice,
    missingHistory: options.onMissingHistory,
  });
  const followings = new Set<Following>();
  return {
    partitions: async (patienceMs) => {
      const patience = new AbortController();
      const timer =
        patienceMs === undefined
          ? undefined
          : setTimeout(() => {
              patience.abort();
            }, patienceMs);
      const signal = timer === undefined ? log.closed : patience.signal;
      try {
        const ranges = (await log.ranges(signal)).map(({ leader: _, ...range }) => range);
        const missing = FAMILIES.filter((name) => ranges.every(({ family }) => family !== name));
        return { ranges, missing };
      } finally {
        clearTimeout(timer);
      }
    },
    oldest: (of) => oldestOf(log, of),
    decisions: async () => {
      await log.decided(log.closed);
      return log.decisions.all();
    },
    read: (at, from, to) => readKafka(log, at, from, to),
    follow: (follower) => {
      const following = followKafka(options.kafka, log, options.groupId, follower);
      followings.add(following);
      return Promise.resolve(following);
    },
    close: async () => {
      await Promise.all([...followings].map((following) => following.stop()));
      await log.close();
    },
  };
}
