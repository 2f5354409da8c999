import { backoff, sleep } from '@portal/async';
import { type Family, partitionName } from '@portal/projection';
import { brokerOffset, historyOf, logicalOffset } from '../logical.ts';
import { type HistoryLost, historyLostText } from '../notice.ts';
import { type PartitionRange, type SourceBatch } from '../port.ts';
import { batchOf } from './batch.ts';
import { type Fetched, fetchFrom } from './fetch.ts';
import { type KafkaLog } from './log.ts';
import { byLeader, type FetchedRange, type Wanted } from './request.ts';
import { topicOf } from '@portal/contracts';
import { troubleOf } from './trouble.ts';

interface At {
  readonly family: Family;
  readonly partition: number;
}

/**
 * Reads `[from, to)` of one partition without a consumer group: no rebalance, no offsets left behind.
 * Trouble of broker and registry is waited out. Throws when the source is closed, when records are
 * compressed in a way this process cannot read, and when history is lost (a verdict of `go_on` accepts
 * a trimmed head).
 */
export async function* readKafka(
  log: KafkaLog,
  at: At,
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
async function nextRange(log: KafkaLog, at: At, position: number): Promise<NumberedRange> {
  const wanted = { topic: topicOf(at.family, log.prefix), partition: at.partition };
  const { history } = log.decisions.historyOf(partitionName(at));
  let offset = position;
  for (let attempt = 0; ;) {
    if (log.closed.aborted) throw new Error('the source was closed while it was read');
    // An offset of another history than the one that counts is in no log.
    const fetched: Fetched =
      historyOf(offset) === history
        ? await fetchOne(log, { ...wanted, offset: brokerOffset(offset) })
        : { kind: 'out_of_range', ...wanted };
    switch (fetched.kind) {
      case 'ranges': {
        const [[range], [unreadable]] = [fetched.ranges, fetched.unreadable];
        if (range !== undefined) return { ...range, history };
        if (unreadable !== undefined) throw new Error(unreadable.reason);
        break;
      }
      case 'out_of_range': {
        const lost = await lostAt(log, at, offset);
        if (lost !== null) {
          const verdict = log.historyLost(lost);
          // A log that ends before the offset was made anew: what was asked for will never be in it.
          if (verdict === 'stop' || lost.end < offset) throw new Error(historyLostText(lost));
          offset = lost.begin;
        }
        break;
      }
      case 'away': {
        const pause = backoff(attempt++);
        const { reason, refused } = fetched;
        log.notice({ kind: 'broker_away', reason, retry_in_ms: pause, refused });
        await sleep(pause, log.closed);
        break;
      }
      default:
        fetched satisfies never;
    }
  }
}

async function fetchOne(log: KafkaLog, wanted: Wanted): ReturnType<typeof fetchFrom> {
  const cluster = await log.cluster();
  try {
    const [leader] = [...byLeader(cluster, [wanted]).keys()];
    if (leader === undefined) return { kind: 'away', reason: 'no leader', refused: false };
    return await fetchFrom(cluster, leader, [wanted]);
  } catch (error) {
    await cluster.refreshMetadata().catch(() => undefined);
    return { kind: 'away', ...troubleOf(error) };
  }
}

/** What is missing at `wanted`; null when the log does hold it (an end that was not yet replicated). */
async function lostAt(log: KafkaLog, at: At, wanted: number): Promise<HistoryLost | null> {
  const range = (await log.ranges(at.family, log.closed)).find(
    ({ partition }) => partition === at.partition,
  );
  return range === undefined ? null : lostIn(range, wanted);
}

const lostIn = (range: PartitionRange, wanted: number): HistoryLost | null =>
  wanted >= range.begin && wanted <= range.end
    ? null
    : {
        family: range.family,
        partition: range.partition,
        wanted,
        isStarted: wanted > 0,
        begin: range.begin,
        end: range.end,
      };

async function decoded(
  log: KafkaLog,
  at: At,
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
