import { atMost, once } from '@portal/async';
import { type Family } from '@portal/projection';
import { type Admin, type Cluster, type Kafka } from 'kafkajs';
import { type HistoryLost, type HistoryVerdict, type StreamNotice } from '../notice.ts';
import { type PartitionRange } from '../port.ts';
import { clusterOf } from './client.ts';
import { type MessageDecoder } from './decode.ts';
import { topicOf } from '@portal/contracts';
import { unlessAborted, waitOut } from '../wait.ts';

/** What reading and following share: the connections, the decoder and whom to tell. */
export interface KafkaLog {
  readonly prefix: string;
  /** A topic's name to its family. */
  readonly topics: ReadonlyMap<string, Family>;
  readonly decode: MessageDecoder;
  /** Aborted when the source closes: everything that waits, ends. */
  readonly closed: AbortSignal;
  readonly notice: (notice: StreamNotice) => void;
  readonly historyLost: (lost: HistoryLost) => HistoryVerdict;
  /** Connects on first use; waits until a broker answers. */
  cluster(): Promise<Cluster>;
  admin(): Promise<Admin>;
  /**
   * Begin and end offsets now; waits for a broker until the signal aborts. The end is the last stable offset:
   * what `read_committed` can reach.
   */
  ranges(family: Family, signal: AbortSignal): Promise<readonly PartitionRange[]>;
  close(): Promise<void>;
}

export type KafkaLogParts = Pick<
  KafkaLog,
  'prefix' | 'topics' | 'decode' | 'notice' | 'historyLost'
>;

const CLOSE_MS = 2_000;

export function openKafkaLog(kafka: Kafka, parts: KafkaLogParts): KafkaLog {
  const closing = new AbortController();
  const closed = closing.signal;
  const connected: (() => Promise<void>)[] = [];
  const trouble = (reason: string, retryInMs: number, refused: boolean): void => {
    parts.notice({ kind: 'broker_away', reason, retry_in_ms: retryInMs, refused });
  };

  const connect = async <Client extends Cluster | Admin>(client: Client): Promise<Client> => {
    connected.push(() => client.disconnect());
    await waitOut(() => client.connect(), closed, trouble);
    return client;
  };
  const cluster = once(async () => {
    const made = await connect(clusterOf(kafka));
    await waitOut(() => made.addMultipleTargetTopics([...parts.topics.keys()]), closed, trouble);
    return made;
  });
  const admin = once(() => connect(kafka.admin()));

  return {
    ...parts,
    closed,
    cluster,
    admin,
    ranges: async (family, signal) => {
      const topic = topicOf(family, parts.prefix);
      const client = await unlessAborted(admin(), signal);
      const offsets = await waitOut(() => client.fetchTopicOffsets(topic), signal, trouble);
      return offsets
        .map(({ partition, low, high }) => ({
          family,
          partition,
          begin: Number(low),
          end: Number(high),
        }))
        .sort((a, b) => a.partition - b.partition);
    },
    close: async () => {
      closing.abort();
      // A connection that is being opened is closed only once the broker said something.
      await atMost(CLOSE_MS, Promise.allSettled(connected.map((disconnect) => disconnect())));
    },
  };
}
