import { brokerOffset, historyOf } from '../logical.ts';
import { topicMissingText } from '../missing.ts';
import { type HistoryFound } from '../notice.ts';
import { type Held, type LastRead } from '../port.ts';
import { fingerprintOf } from './fingerprint.ts';
import { historyText, judge } from './history.ts';
import { type LastRecords, lastRecords } from './last-records.ts';
import { isThere } from './layout.ts';
import { type KafkaLog, type LedRange } from './log.ts';
import { hold, holdChanged, moveTo, pauseAt, type Position } from './positions.ts';
import { SETTLE_MS } from './settled.ts';

export type Verified =
  { readonly kind: 'verified' } | { readonly kind: 'away'; readonly error: unknown };

/**
 * Checks that each partition's log is still the one that was folded: its offsets, and the bytes of the record
 * folded last. If so, it may be fetched; if not, it is held until a person has decided. Costs two
 * requests a leader, and one more where records are compared, however many topics there are.
 * `away`: the broker could not be asked, nothing is known.
 */
export async function verify(log: KafkaLog, positions: readonly Position[]): Promise<Verified> {
  try {
    const layout = await log.layout();
    // A partition counts as gone only if the brokers say so now.
    if (!positions.every((position) => isThere(layout, position))) await layout.refresh();
    const ranges = await log.rangesNow(positions);
    const compared: Compared[] = [];
    for (const position of positions) {
      const { family, partition } = position;
      const range = ranges.find((one) => one.family === family && one.partition === partition);
      const next = verifyOffsets(log, position, range);
      if (next !== null) compared.push(next);
    }
    const wanted = compared.map(({ position: { topic, partition }, last, range: { leader } }) => ({
      ...{ topic, partition, leader, offset: brokerOffset(last.offset) },
    }));
    const found = await lastRecords(layout.cluster, wanted);
    for (const one of compared) compareLast(log, one, found);
    return { kind: 'verified' };
  } catch (error) {
    return { kind: 'away', error };
  }
}

/** A partition whose offsets are right, and whose last record has to be compared. */
interface Compared {
  readonly position: Position;
  readonly range: LedRange;
  readonly last: LastRead;
  /** Where reading may go on. */
  readonly begin: number;
}

/** null: there is nothing to compare. */
function verifyOffsets(
  log: KafkaLog,
  position: Position,
  range: LedRange | undefined,
): Compared | null {
  const { family, partition, last } = position;
  const wanted = Math.max(position.next, position.againTo);
  if (range === undefined) {
    doubt(log, position, { kind: 'gone', history: historyOf(wanted), wanted });
    return null;
  }
  const accepted = log.decisions.historyOf(position.name);
  const judged = judge({ family, partition, next: wanted }, accepted, range);
  switch (judged.kind) {
    case 'changed':
      doubt(log, position, judged.found);
      return null;
    case 'trimmed': {
      const { begin, end } = range;
      const missing = { family, partition, isStarted: wanted > 0, wanted, begin, end };
      if (log.missingHistory(missing) === 'go_on') {
        goOn(log, position, begin);
        return null;
      }
      const shape = { history: historyOf(wanted), begin: brokerOffset(begin) };
      doubt(log, position, { kind: 'trimmed', wanted, ...shape, end: brokerOffset(end) });
      return null;
    }
    case 'goes_on':
      // What was trimmed away cannot be compared; of an earlier history nothing is wanted any more.
      if (last !== null && last.offset >= range.begin) {
        return { position, range, last, begin: judged.begin };
      }
      goOn(log, position, judged.begin);
      return null;
    default:
      return judged satisfies never;
  }
}

function compareLast(
  log: KafkaLog,
  { position, range, last, begin }: Compared,
  records: LastRecords,
): void {
  const { topic, partition } = position;
  const found = records({ topic, partition });
  if (found.kind === 'unreadable') {
    hold(position, 'unreadable', `${topic} partition ${partition}: ${found.reason}`);
    return;
  }
  if (found.record !== null && fingerprintOf(found.record) === last.fingerprint) {
    goOn(log, position, begin);
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

/** Held at once, and reported when it stays so for SETTLE_MS. */
function doubt(log: KafkaLog, position: Position, found: HistoryFound): void {
  const { family, partition } = position;
  position.doubtedAt ??= Date.now();
  position.judgedBy = log.decisions.historyOf(position.name);
  if (Date.now() - position.doubtedAt < SETTLE_MS) {
    pauseAt(position);
    return;
  }
  const before = position.reason;
  const isNews = (why: Held['why'], detail: string): boolean =>
    before?.why !== why || before.detail !== detail;
  if (found.kind === 'gone' && found.wanted === 0) {
    const reason = topicMissingText(position.topic);
    hold(position, 'topic_missing', reason);
    if (!isNews('topic_missing', reason)) return;
    log.notice({ kind: 'topic_missing', family, partition, reason });
    return;
  }
  const reason = historyText(position, found);
  holdChanged(position, reason, found);
  if (!isNews('history_changed', reason)) return;
  log.notice({ kind: 'history_changed', family, partition, found, reason });
}

function goOn(log: KafkaLog, position: Position, begin: number): void {
  const { family, partition } = position;
  const wasHeld = position.reason?.why === 'history_changed';
  position.isSure = true;
  position.doubtedAt = null;
  position.judgedBy = log.decisions.historyOf(position.name);
  if (position.next < begin) moveTo(position, begin);
  else if (wasHeld || position.reason?.why === 'topic_missing') moveTo(position, position.next);
  if (wasHeld) {
    log.notice({ kind: 'history_goes_on', family, partition, next: position.next });
  }
}
