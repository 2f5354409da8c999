import { backoff, sleep } from '@portal/async';
import { partitionName, type Place } from '@portal/projection';
import { brokerOffset, historyOf, logicalOffset } from '../logical.ts';
import { type MissingHistory, missingHistoryText } from '../notice.ts';
import { type PartitionRange, type SourceBatch } from '../port.ts';
import { batchOf } from './batch.ts';
import { type Fetched, fetchFrom } from './fetch.ts';
import { byLeader, isThere, type Layout, NO_LEADER, type TopicPartition } from './layout.ts';
import { type KafkaLog } from './log.ts';
import { type FetchedRange, type Wanted } from './request.ts';
import { topicOf } from '@portal/contracts';
import { createSettled } from './settled.ts';

/**
 * Reads `[from, to)` of one partition without a consumer group: no rebalance, no offsets left behind.
 * Trouble of broker and registry is waited out. Throws when the source is closed, when records are
 * compressed in a way this process cannot read, when the topic has no such partition (any more), when the log ends
 * before `to`, and when history is missing (a verdict of `go_on` accepts a trimmed head).
 */
export async function* readKafka(
  log: KafkaLog,
  at: Place,
  from: number,
  to: number,
): AsyncGenerator<SourceBatch> {
  await log.decided(log.closed);
  let position = from;
  while (position < to) {
    const range = await nextRange(log, at, position);
    if (logicalOffset(range.history, range.from) >= to) return;
    const batch = await decoded(log, at, range, to);
    yield batch;
    position = batch.next;
  }
}

type NumberedRange = FetchedRange & { readonly history: number };

/** The range at `position`, or at the log's begin when the history before it is gone and that is accepted. */
async function nextRange(log: KafkaLog, at: Place, position: number): Promise<NumberedRange> {
  const wanted = { topic: topicOf(at.family, log.prefix), partition: at.partition };
  const { history } = log.decisions.historyOf(partitionName(at));
  const layout = await log.layout();
  const watch = createGoneWatch(layout, wanted);
  const endsAt = createEndWatch(log, wanted);
  let offset = position;
  let attempt = 0;
  /** Waits before the next try; throws when the partition is gone. */
  const wait = async (reason: string, refused: boolean): Promise<void> => {
    if (await watch.isGone()) throw new Error(goneText(wanted));
    const pause = backoff(attempt++);
    log.notice({ kind: 'broker_away', reason, retry_in_ms: pause, refused });
    await sleep(pause, log.closed);
  };
  for (;;) {
    if (log.closed.aborted) throw new Error('the source was closed while it was read');
    // An offset of another history than the accepted one is in no log.
    const fetched: Fetched =
      historyOf(offset) === history
        ? await fetchOne(layout, { ...wanted, offset: brokerOffset(offset) })
        : { kind: 'out_of_range', ...wanted };
    switch (fetched.kind) {
      case 'ranges': {
        const [[range], [unreadable]] = [fetched.ranges, fetched.unreadable];
        if (range !== undefined) return { ...range, history };
        if (unreadable !== undefined) throw new Error(unreadable.reason);
        const short = await endsAt(offset);
        if (short !== null) throw new Error(missingHistoryText(short));
        break;
      }
      case 'out_of_range': {
        const [range] = await log.ranges(log.closed, [wanted]);
        if (range === undefined) {
          await wait(goneText(wanted), false);
          break;
        }
        const missing = missingIn(range, offset);
        if (missing !== null) {
          const verdict = log.missingHistory(missing);
          // A log that ends before the offset was made anew: what was asked for will never be in it.
          if (verdict === 'stop' || missing.end < offset)
            throw new Error(missingHistoryText(missing));
          offset = missing.begin;
        }
        break;
      }
      case 'away':
        await wait(fetched.reason, fetched.refused);
        break;
      default:
        fetched satisfies never;
    }
  }
}

async function fetchOne(layout: Layout, wanted: Wanted): ReturnType<typeof fetchFrom> {
  const [leader = NO_LEADER] = byLeader(layout, [wanted]).keys();
  if (leader === NO_LEADER) return { kind: 'away', reason: goneText(wanted), refused: false };
  return fetchFrom(layout, leader, [wanted]);
}

const goneText = ({ topic, partition }: TopicPartition): string =>
  `the topic ${topic} is not there, or has no partition ${partition}`;

/** As for a follower, brokers must have said so for a while. One that is away says nothing. */
function createGoneWatch(layout: Layout, at: TopicPartition) {
  const isSettled = createSettled();
  return {
    isGone: async (): Promise<boolean> => {
      const isKnown = await layout.refresh().then(
        () => true,
        () => false,
      );
      return isSettled(isKnown && !isThere(layout, at));
    },
  };
}

/**
 * Nothing comes at an offset that was in the log: it was made again, and may stay as short as it is. What is missing,
 * once it was so for a while; else null.
 */
function createEndWatch(log: KafkaLog, at: TopicPartition) {
  const isSettled = createSettled();
  return async (wanted: number): Promise<MissingHistory | null> => {
    const [range] = await log.ranges(log.closed, [at]);
    const isShort = isSettled(range !== undefined && range.end <= wanted);
    return range !== undefined && isShort ? missingAt(range, wanted) : null;
  };
}

/** What is missing at `wanted`; null when the log does hold it (an end that was not yet replicated). */
const missingIn = (range: PartitionRange, wanted: number): MissingHistory | null =>
  wanted >= range.begin && wanted <= range.end ? null : missingAt(range, wanted);

const missingAt = (
  { family, partition, begin, end }: PartitionRange,
  wanted: number,
): MissingHistory => ({
  ...{ family, partition, begin, end, wanted },
  isStarted: wanted > 0,
});

async function decoded(
  log: KafkaLog,
  at: Place,
  range: NumberedRange,
  to: number,
): Promise<SourceBatch> {
  const isWhole = historyOf(to) > range.history;
  const end = isWhole ? range.next : Math.min(range.next, brokerOffset(to));
  const messages = range.messages.filter(({ offset }) => Number(offset) < end);
  for (let attempt = 0; ; attempt += 1) {
    const result = await log.decode(at, messages);
    if (result.kind === 'decoded') {
      return batchOf(at, range.history, { ...range, messages, next: end }, result.records);
    }
    if (log.closed.aborted) throw new Error('the source was closed while it was read');
    const pause = backoff(attempt);
    log.notice({ kind: 'registry_away', ...at, reason: result.reason, retry_in_ms: pause });
    await sleep(pause, log.closed);
  }
}
