import { messageOf } from '@portal/async';
import { giveBatch } from '../guard.ts';
import { lastOf } from '../last-read.ts';
import { historyOf } from '../logical.ts';
import { type Follower } from '../port.ts';
import { batchOf } from './batch.ts';
import { type Unreadable } from './fetch.ts';
import { type KafkaLog } from './log.ts';
import { hold, moveTo, type Position, positionOf } from './positions.ts';
import { type FetchedRange } from './request.ts';

export interface DeliveryEvents {
  /** Everything before `position.next` is durable. */
  readonly moved: (position: Position) => void;
}

/**
 * Decodes one fetched range, gives it to the follower piece by piece and moves the position by what it answers.
 * Never rejects. Nothing happens once `ours` says that the partition went to somebody else.
 */
export async function deliver(
  log: KafkaLog,
  follower: Follower,
  position: Position,
  range: FetchedRange,
  ours: () => boolean,
  events: DeliveryEvents,
): Promise<void> {
  try {
    for (const piece of piecesOf(range)) {
      if (!ours()) return;
      if ((await deliverPiece(log, follower, position, piece, ours, events)) !== 'go_on') return;
    }
    position.turn = 'ready';
  } catch (error) {
    const { family, partition } = position;
    const reason = messageOf(error);
    log.notice({ kind: 'batch_failed', family, partition, reason });
    hold(position, 'follower_failed', reason);
  }
}

/**
 * Decoded at once, and so folded at once: a customer's records of one piece meet in one write, and one decoded record
 * takes about a kilobyte of memory.
 */
export const PIECE_RECORDS = 20_000;

/** The last piece carries the range's own end, which may lie behind its last record. */
function* piecesOf(range: FetchedRange): Generator<FetchedRange> {
  let { from } = range;
  for (let index = 0; index < range.messages.length; index += PIECE_RECORDS) {
    const messages = range.messages.slice(index, index + PIECE_RECORDS);
    const isLast = index + PIECE_RECORDS >= range.messages.length;
    const next = isLast ? range.next : Number(messages.at(-1)?.offset) + 1;
    yield { ...range, from, next, messages };
    from = next;
  }
  if (range.messages.length === 0) yield range;
}

async function deliverPiece(
  log: KafkaLog,
  follower: Follower,
  position: Position,
  piece: FetchedRange,
  ours: () => boolean,
  events: DeliveryEvents,
): Promise<'go_on' | 'ended'> {
  const { family, partition } = position;
  const decoded = await log.decode(position, piece.messages);
  if (decoded.kind === 'registry_away') {
    const { reason } = decoded;
    const retry_in_ms = hold(position, 'registry_away', reason);
    log.notice({ kind: 'registry_away', family, partition, reason, retry_in_ms });
    return 'ended';
  }
  if (!ours()) return 'ended';
  const batch = batchOf(position, historyOf(position.next), piece, decoded.records);
  let trouble = 'the batch could not be written yet';
  const outcome = await giveBatch(follower, batch, (error) => {
    trouble = messageOf(error);
    log.notice({ kind: 'batch_failed', family, partition, reason: trouble });
  });
  switch (outcome) {
    case 'commit':
      moveTo(position, batch.next);
      position.turn = 'follower';
      position.last = lastOf(batch) ?? position.last;
      events.moved(position);
      return 'go_on';
    case 'retry':
      hold(position, 'follower_failed', trouble);
      return 'ended';
    case 'stop':
      position.turn = 'stopped';
      return 'ended';
    default:
      return outcome satisfies never;
  }
}

/** Going on behind such a batch would lose it; the other partitions do not have to wait for that. */
export function holdUnreadable(
  log: KafkaLog,
  group: readonly Position[],
  unreadable: readonly Unreadable[],
): void {
  for (const { reason, ...at } of unreadable) {
    const position = positionOf(group, at);
    if (position === undefined) continue;
    const { family, partition, next: offset } = position;
    const retry_in_ms = hold(position, 'unreadable', reason);
    log.notice({ kind: 'unreadable', family, partition, offset, reason, retry_in_ms });
  }
}
