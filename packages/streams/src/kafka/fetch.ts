import { type Cluster, type KafkaMessage } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';
import { unsupportedCodec } from './codecs.ts';
import { messageOf } from '../wait.ts';

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
}

export type Fetched =
  | { readonly kind: 'ranges'; readonly ranges: readonly FetchedRange[] }
  /** The offset asked for is not in the log (any more). Nothing was skipped: nothing is given. */
  | { readonly kind: 'out_of_range'; readonly topic: string; readonly partition: number }
  /** Cannot be read however often it is tried. */
  | { readonly kind: 'impossible'; readonly reason: string }
  | { readonly kind: 'away'; readonly reason: string };

const FETCH = {
  /** How long a broker with nothing new keeps the request. Bounds the time a stop takes. */
  maxWaitTime: 250,
  minBytes: 1,
  maxBytes: 10_485_760,
  isolationLevel: 1, // read_committed
};
const MAX_BYTES_PER_PARTITION = 1_048_576;

/**
 * One fetch request to one broker, outside any group: what is asked for is what comes, in order,
 * and an offset that is gone is said instead of being reset. Partitions without news have no range.
 */
export async function fetchFrom(
  cluster: Cluster,
  nodeId: string,
  wanted: readonly Wanted[],
): Promise<Fetched> {
  try {
    const broker = await cluster.findBroker({ nodeId });
    const { responses } = (await broker.fetch({
      ...FETCH,
      topics: wanted.map(({ topic, partition, offset }) => ({
        topic,
        partitions: [{ partition, fetchOffset: String(offset), maxBytes: MAX_BYTES_PER_PARTITION }],
      })),
    })) as FetchResponse;
    return { kind: 'ranges', ranges: toRanges(responses, wanted) };
  } catch (error) {
    return await fetchFailure(cluster, error);
  }
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
      return [{ topic, partition, from: asked.offset, next, messages: batch.messages }];
    }),
  );
}

async function fetchFailure(cluster: Cluster, error: unknown): Promise<Fetched> {
  const codec = unsupportedCodec(error);
  if (codec !== null) return { kind: 'impossible', reason: codec.message };
  const known = error as { name?: string; topic?: string; partition?: number };
  if (known.name === 'KafkaJSOffsetOutOfRange') {
    const { topic = '', partition = -1 } = known;
    return { kind: 'out_of_range', topic, partition };
  }
  await forgetBroker(cluster, error);
  return { kind: 'away', reason: messageOf(error) };
}

/** A closed connection is dropped so that the next fetch opens one; leaders may have moved meanwhile. */
async function forgetBroker(cluster: Cluster, error: unknown): Promise<void> {
  const { host, port } = error as { host?: string; port?: number };
  if (host !== undefined && port !== undefined) cluster.removeBroker({ host, port });
  await cluster.refreshMetadata().catch(() => undefined);
}

/** Groups partitions by the broker that leads them. Throws when the metadata does not say. */
export function byLeader<At extends { readonly topic: string; readonly partition: number }>(
  cluster: Cluster,
  partitions: readonly At[],
): ReadonlyMap<string, readonly At[]> {
  const groups = new Map<string, At[]>();
  for (const one of partitions) {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(one.topic, [one.partition]));
    if (leader === undefined) throw new Error(`${one.topic}/${one.partition} has no leader`);
    groups.set(leader, [...(groups.get(leader) ?? []), one]);
  }
  return groups;
}
