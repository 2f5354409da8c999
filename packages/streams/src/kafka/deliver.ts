import { messageOf } from '@portal/async';
import { giveBatches } from '../guard.ts';
import { lastOf } from '../last-read.ts';
import { historyOf } from '../logical.ts';
import { type Follower, type SourceBatch } from '../port.ts';
import { batchOf } from './batch.ts';
import { type Unreadable } from './fetch.ts';
import { type KafkaLog } from './log.ts';
import { type Piece } from './lanes.ts';
import { hold, moveTo, type Position, positionOf } from './positions.ts';

export interface DeliveryEvents {
  /** Everything before `position.next` is durable. */
  readonly moved: (position: Position) => void;
}

export interface Delivery {
  readonly log: KafkaLog;
  readonly follower: Follower;
  /** Nothing happens to a partition once this says that it went to somebody else. */
  readonly isOurs: (position: Position) => boolean;
  readonly events: DeliveryEvents;
}

/**
 * Decodes pieces of partitions of one number, gives them to the follower together and moves their positions by what it
 * answers. Never rejects. Returns the positions that go on.
 */
export async function deliver(
  delivery: Delivery,
  pieces: readonly Piece[],
): Promise<ReadonlySet<Position>> {
  try {
    const decoded: Decoded[] = [];
    for (const piece of pieces) {
      const batch = await decode(delivery, piece);
      if (batch !== null) decoded.push({ position: piece.position, batch });
    }
    const given = decoded.filter(({ position }) => delivery.isOurs(position));
    return given.length === 0 ? NONE : await give(delivery, given);
  } catch (error) {
    const positions = pieces.map(({ position }) => position);
    const reason = messageOf(error);
    tell(delivery, positions, reason);
    holdAll(positions, reason);
    return NONE;
  }
}

const NONE: ReadonlySet<Position> = new Set();

interface Decoded {
  readonly position: Position;
  readonly batch: SourceBatch;
}

/** null: it is nobody's business of ours any more, or waits for the registry. */
async function decode(
  { log, isOurs }: Delivery,
  { position, range }: Piece,
): Promise<SourceBatch | null> {
  if (!isOurs(position)) return null;
  const decoded = await log.decode(position, range.messages);
  if (decoded.kind === 'decoded') {
    return batchOf(position, historyOf(position.next), range, decoded.records);
  }
  const { family, partition } = position;
  const { reason } = decoded;
  const retry_in_ms = hold(position, 'registry_away', reason);
  log.notice({ kind: 'registry_away', family, partition, reason, retry_in_ms });
  return null;
}

async function give(delivery: Delivery, given: readonly Decoded[]): Promise<ReadonlySet<Position>> {
  const positions = given.map(({ position }) => position);
  let trouble = 'the batch could not be written yet';
  const outcome = await giveBatches(
    delivery.follower,
    given.map(({ batch }) => batch),
    (error) => {
      trouble = messageOf(error);
      tell(delivery, positions, trouble);
    },
  );
  switch (outcome) {
    case 'commit':
      for (const { position, batch } of given) {
        moveTo(position, batch.next);
        // What is left of the range waits in the lane.
        position.turn = 'follower';
        position.last = lastOf(batch) ?? position.last;
        delivery.events.moved(position);
      }
      return new Set(positions);
    case 'retry':
      holdAll(positions, trouble);
      return NONE;
    case 'stop':
      for (const position of positions) position.turn = 'stopped';
      return NONE;
    default:
      return outcome satisfies never;
  }
}

function holdAll(positions: readonly Position[], reason: string): void {
  for (const position of positions) hold(position, 'follower_failed', reason);
}

function tell({ log }: Delivery, positions: readonly Position[], reason: string): void {
  for (const { family, partition } of positions) {
    log.notice({ kind: 'batch_failed', family, partition, reason });
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
