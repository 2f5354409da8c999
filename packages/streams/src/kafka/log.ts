import { atMost, once, sleep } from '@portal/async';
import { type Family, partitionName } from '@portal/projection';
import { type Admin, type Cluster, type Kafka } from 'kafkajs';
import { type MissingHistory, type HistoryVerdict, type StreamNotice } from '../notice.ts';
import { type PartitionRange } from '../port.ts';
import { clusterOf } from './client.ts';
import { type Decisions } from './decisions.ts';
import { type MessageDecoder } from './decode.ts';
import { createLayout, isThere, type Layout, type TopicPartition } from './layout.ts';
import { logicalOffset } from '../logical.ts';
import { fetchOffsets } from './offsets.ts';
import { decisionsTopic } from './topics.ts';
import { unlessAborted } from '../wait.ts';
import { waitOut } from './wait-out.ts';

/** What reading and following share: the connections, the decoder and whom to tell. */
export interface KafkaLog {
  readonly prefix: string;
  /** A topic's name to its family. */
  readonly topics: ReadonlyMap<string, Family>;
  readonly decode: MessageDecoder;
  /** Aborted when the source closes: everything that waits, ends. */
  readonly closed: AbortSignal;
  readonly notice: (notice: StreamNotice) => void;
  readonly missingHistory: (missing: MissingHistory) => HistoryVerdict;
  /** Connects on first use; waits until a broker answers. Topics need not be there. */
  layout(): Promise<Layout>;
  admin(): Promise<Admin>;
  /**
   * Begin and end offsets now, in the numbers of the accepted history, of these partitions or of all; what is not there
   * is left out. Waits for a broker until the signal aborts. The end is the last stable offset: what `read_committed`
   * can reach.
   */
  ranges(signal: AbortSignal, only?: readonly TopicPartition[]): Promise<readonly LedRange[]>;
  /** The same, asked once; rejects as kafkajs does. */
  rangesNow(only?: readonly TopicPartition[]): Promise<readonly LedRange[]>;
  readonly decisions: Decisions;
  /** Waits until all decisions were read once; from then on they are followed until the log closes. */
  decided(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** With the broker that leads the partition. */
export interface LedRange extends PartitionRange {
  readonly leader: string;
}

export type KafkaLogParts = Pick<
  KafkaLog,
  'prefix' | 'topics' | 'decode' | 'notice' | 'missingHistory' | 'decisions'
>;

const CLOSE_MS = 2_000;
const DECISIONS_EVERY_MS = 2_000;

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
  const layout = once(async () => {
    const topics = [...parts.topics.keys(), decisionsTopic(parts.prefix)];
    const made = createLayout(await connect(clusterOf(kafka)), topics);
    await waitOut(() => made.refresh(), closed, trouble);
    return made;
  });
  const admin = once(() => connect(kafka.admin()));
  const rangesNow: KafkaLog['rangesNow'] = async (only) => {
    const known = await layout();
    const found = await fetchOffsets(known, () =>
      only === undefined
        ? allOf(known, parts.topics.keys())
        : only.filter((at) => isThere(known, at)),
    );
    return found.flatMap(({ topic, partition, leader, begin, end }) => {
      const family = parts.topics.get(topic);
      if (family === undefined) return [];
      const { history } = parts.decisions.historyOf(partitionName({ family, partition }));
      const at = (offset: number): number => logicalOffset(history, offset);
      return [{ family, partition, leader, begin: at(begin), end: at(end) }];
    });
  };
  const catchUp = async (): Promise<void> => parts.decisions.catchUp(await layout());
  const decided = once(async () => {
    await waitOut(catchUp, closed, trouble);
    void followDecisions(catchUp, closed);
  });

  return {
    ...parts,
    closed,
    layout,
    admin,
    rangesNow,
    decided: (signal) => unlessAborted(decided(), signal),
    ranges: async (signal, only) => {
      await unlessAborted(decided(), signal);
      return waitOut(() => rangesNow(only), signal, trouble);
    },
    close: async () => {
      closing.abort();
      // A connection that is being opened is closed only once the broker said something.
      await atMost(CLOSE_MS, Promise.allSettled(connected.map((disconnect) => disconnect())));
    },
  };
}

const allOf = (layout: Layout, topics: Iterable<string>): readonly TopicPartition[] =>
  [...topics].flatMap((topic) =>
    layout
      .partitionsOf(topic)
      .map(({ partitionId: partition }) => ({ topic, partition }))
      .sort((a, b) => a.partition - b.partition),
  );

/** A broker or registry that is away now is asked again the next time. */
async function followDecisions(catchUp: () => Promise<void>, closed: AbortSignal): Promise<void> {
  for (;;) {
    await sleep(DECISIONS_EVERY_MS, closed);
    if (closed.aborted) return;
    await catchUp().catch(() => undefined);
  }
}
