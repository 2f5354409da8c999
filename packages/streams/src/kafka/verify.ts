import { type Cluster } from 'kafkajs';
import { brokerOffset, historyOf } from '../logical.ts';
import { type HistoryFound } from '../notice.ts';
import { unsupportedCodec } from './codecs.ts';
import { fingerprintOf } from './fingerprint.ts';
import { historyText, judge } from './history.ts';
import { type KafkaLog, type LedRange } from './log.ts';
import { isUnknownTopic } from './offsets.ts';
import { hold, holdChanged, moveTo, pauseAt, type Position } from './positions.ts';
import { ONE_BATCH, request } from './request.ts';

export type Verified =
  { readonly kind: 'verified' } | { readonly kind: 'away'; readonly error: unknown };

/**
 * How long a log must look changed before it is called so: an election, or a topic that is being made, shows an
 * end that is too low for a moment.
 */
export const SETTLE_MS = 3_000;

/**
 * Looks whether each partition's log is still the one that was folded: its offsets, and the bytes of the record
 * folded last. One that is may be fetched afterwards; one that is not, is held until a person decided.
 * `away`: the broker could not be asked, nothing is known.
 */
export async function verify(
  log: KafkaLog,
  cluster: Cluster,
  positions: readonly Position[],
): Promise<Verified> {
  try {
    for (const family of new Set(positions.map((position) => position.family))) {
      const own = positions.filter((position) => position.family === family);
      const ranges = await rangesOf(log, own[0] as Position);
      for (const position of own) {
        await verifyOne(
          log,
          cluster,
          position,
          ranges.find(({ partition }) => partition === position.partition),
        );
      }
    }
    return { kind: 'verified' };
  } catch (error) {
    return { kind: 'away', error };
  }
}

/** None for a topic that is not there. */
async function rangesOf(log: KafkaLog, { family }: Position): Promise<readonly LedRange[]> {
  try {
    return await log.rangesNow(family);
  } catch (error) {
    if (isUnknownTopic(error)) return [];
    throw error;
  }
}

async function verifyOne(
  log: KafkaLog,
  cluster: Cluster,
  position: Position,
  range: LedRange | undefined,
): Promise<void> {
  const { family, partition } = position;
  const wanted = Math.max(position.next, position.againTo);
  if (range === undefined) {
    doubt(log, position, { kind: 'gone', history: historyOf(wanted), wanted });
    return;
  }
  const accepted = log.decisions.historyOf(position.name);
  const judged = judge({ family, partition, next: wanted }, accepted, range);
  switch (judged.kind) {
    case 'changed':
      doubt(log, position, judged.found);
      return;
    case 'trimmed': {
      const { begin, end } = range;
      const lost = { family, partition, isStarted: wanted > 0, wanted, begin, end };
      if (log.historyLost(lost) === 'go_on') {
        goOn(log, position, begin);
        return;
      }
      const shape = { history: historyOf(wanted), begin: brokerOffset(begin) };
      doubt(log, position, { kind: 'trimmed', wanted, ...shape, end: brokerOffset(end) });
      return;
    }
    case 'goes_on':
      await compareLast(log, cluster, position, range, judged.begin);
      return;
    default:
      judged satisfies never;
  }
}

/** What was trimmed away cannot be compared; of an earlier history nothing is wanted any more. */
async function compareLast(
  log: KafkaLog,
  cluster: Cluster,
  position: Position,
  range: LedRange,
  begin: number,
): Promise<void> {
  const { last, topic, partition } = position;
  if (last === null || last.offset < range.begin) {
    goOn(log, position, begin);
    return;
  }
  const wanted = { topic, partition, offset: brokerOffset(last.offset) };
  try {
    const [fetched] = await request(cluster, String(range.leader), [wanted], ONE_BATCH);
    const found = fetched?.messages.find(({ offset }) => Number(offset) === wanted.offset);
    if (found !== undefined && fingerprintOf(found) === last.fingerprint) {
      goOn(log, position, begin);
      return;
    }
  } catch (error) {
    const codec = unsupportedCodec(error);
    if (codec === null) throw error;
    hold(position, 'unreadable', `${topic} partition ${partition}: ${codec.message}`);
    return;
  }
  doubt(log, position, {
    kind: 'other_record',
    history: historyOf(last.offset),
    wanted: Math.max(position.next, position.againTo),
    offset: last.offset,
    begin: brokerOffset(range.begin),
    end: brokerOffset(range.end),
  });
}

/** Held from the first moment on, and named once it stayed so. */
function doubt(log: KafkaLog, position: Position, found: HistoryFound): void {
  const { family, partition } = position;
  position.doubtedAt ??= Date.now();
  position.judgedBy = log.decisions.historyOf(position.name);
  if (Date.now() - position.doubtedAt < SETTLE_MS) {
    pauseAt(position);
    return;
  }
  const reason = historyText(position, found);
  const isNews = position.reason?.why !== 'history_changed' || position.reason.detail !== reason;
  holdChanged(position, reason, found);
  if (isNews) log.notice({ kind: 'history_changed', family, partition, found, reason });
}

function goOn(log: KafkaLog, position: Position, begin: number): void {
  const { family, partition } = position;
  const wasHeld = position.reason?.why === 'history_changed';
  position.isSure = true;
  position.doubtedAt = null;
  position.judgedBy = log.decisions.historyOf(position.name);
  if (position.next < begin) moveTo(position, begin);
  else if (wasHeld) moveTo(position, position.next);
  if (wasHeld) {
    log.notice({ kind: 'history_goes_on', family, partition, next: position.next });
  }
}
