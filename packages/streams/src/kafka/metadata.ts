import { type Broker, type PartitionMetadata } from 'kafkajs';

/** Of each topic that is there its partitions; one that nobody leads now has the leader -1. */
export type TopicsThere = ReadonlyMap<string, readonly PartitionMetadata[]>;

/** Metadata is told from memory: a broker that takes longer is silent, and another one can tell as much. */
const SILENT_MS = 5_000;

/**
 * What a broker knows of these topics. kafkajs refuses its whole answer for one topic that is not there, and for one
 * partition without a leader; the others have no part in that. Rejects as kafkajs does for all else.
 */
export async function topicsThere(broker: Broker, topics: readonly string[]): Promise<TopicsThere> {
  const lookup = (broker as unknown as MetadataClient).lookupRequest;
  const tolerant: MetadataClient = {
    lookupRequest: (key, definition) => (asked) => {
      const { request, response } = lookup(key, definition)(asked);
      const parse = (answer: Answer) => response.parse(withoutGaps(answer));
      return { request, response: { ...response, parse }, requestTimeout: SILENT_MS };
    },
  };
  const asked = Object.assign(Object.create(broker) as Broker, tolerant);
  const { topicMetadata } = await asked.metadata([...topics]);
  return new Map(topicMetadata.map(({ topic, partitionMetadata }) => [topic, partitionMetadata]));
}

const UNKNOWN_TOPIC = 3;
/** No leader, no listener of the leader for us, a replica that is away. */
const NOT_LED: ReadonlySet<number> = new Set([5, 9, 72]);

const withoutGaps = ({ topicMetadata, ...rest }: Answer): Answer => ({
  ...rest,
  topicMetadata: topicMetadata
    .filter(({ topicErrorCode }) => topicErrorCode !== UNKNOWN_TOPIC)
    .map(({ partitionMetadata, ...topic }) => ({
      ...topic,
      partitionMetadata: partitionMetadata.map((each) =>
        NOT_LED.has(each.partitionErrorCode) ? { ...each, partitionErrorCode: 0 } : each,
      ),
    })),
});

/** How kafkajs' broker finds what to send and how to read the answer; it has no types for it. */
interface MetadataClient {
  readonly lookupRequest: (key: number, definition: unknown) => (asked: object) => Protocol;
}

interface Protocol {
  readonly request: unknown;
  readonly response: { readonly parse: (answer: Answer) => Promise<unknown> };
  readonly requestTimeout?: number;
}

interface Answer {
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly partitionMetadata: readonly { readonly partitionErrorCode: number }[];
  }[];
}
