import { type Cluster, type KafkaMessage } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';

/** One partition to fetch, from `offset`. */
export interface Wanted {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** `[from, next)` of a partition: its messages, without the offsets of transaction markers and aborts. */
export interface FetchedRange {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly next: number;
  readonly messages: readonly KafkaMessage[];
  /** About what it takes of memory while it waits for its lane. */
  readonly bytes: number;
}

/** How much of each partition one request asks for, and how long a broker with nothing new keeps it. */
export interface Reach {
  readonly bytes: number;
  readonly waitMs: number;
}

/** Behind the end: many, so that a customer's events meet in one write. At the end an answer holds what is there. */
const FOLLOWED_BYTES = 8 * 1_048_576;
/** The wait bounds the time a stop takes. */
export const NEWS: Reach = { bytes: FOLLOWED_BYTES, waitMs: 250 };
/** While batches of other partitions are under way: these must be in the next request soon, and one broker answers one at a time. */
export const NEWS_SOON: Reach = { bytes: FOLLOWED_BYTES, waitMs: 10 };
export const WHAT_IS_THERE: Reach = { bytes: 1_048_576, waitMs: 0 };
/** A broker gives its first batch whole, however little is asked for. */
export const ONE_BATCH: Reach = { bytes: 1, waitMs: 0 };

const SETTINGS = {
  minBytes: 1,
  maxBytes: 16 * 1_048_576, // of all partitions of one answer
  isolationLevel: 1, // read_committed
};

/** One fetch request to one broker. Throws what kafkajs throws, and when one batch of the answer cannot be read. */
export async function request(
  cluster: Cluster,
  nodeId: string,
  wanted: readonly Wanted[],
  { bytes, waitMs }: Reach,
): Promise<readonly FetchedRange[]> {
  const broker = await cluster.findBroker({ nodeId });
  const { responses } = (await broker.fetch({
    ...SETTINGS,
    maxWaitTime: waitMs,
    topics: wanted.map(({ topic, partition, offset }) => ({
      topic,
      partitions: [{ partition, fetchOffset: String(offset), maxBytes: bytes }],
    })),
  })) as FetchResponse;
  return toRanges(responses, wanted);
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly { readonly partition: number }[];
  }[];
}

function toRanges(
  responses: FetchResponse['responses'],
  wanted: readonly Wanted[],
): readonly FetchedRange[] {
  return responses.flatMap(({ topicName: topic, partitions }) =>
    partitions.flatMap((answer) => {
      const { partition } = answer;
      const asked = wanted.find((one) => one.topic === topic && one.partition === partition);
      if (asked === undefined) return [];
      const batch = new Batch(topic, String(asked.offset), answer);
      if (batch.rawMessages.length === 0) return [];
      const next = Number(batch.lastOffset()) + 1;
      const { messages } = batch;
      return [{ topic, partition, from: asked.offset, next, messages, bytes: bytesOf(messages) }];
    }),
  );
}

/** What kafkajs makes of one record beside its key and value: an object with numbers as texts, and headers. */
const RECORD_BYTES = 300;

const bytesOf = (messages: readonly KafkaMessage[]): number =>
  messages.reduce(
    (sum, { key, value }) => sum + RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0),
    0,
  );
