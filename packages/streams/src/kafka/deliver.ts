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
 * Decodes one fetched range, gives it to the follower and moves the position by what it answers.
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
  if (!ours()) return;
  const { family, partition } = position;
  let trouble = 'the batch could not be written yet';
  const failed = (error: unknown): void => {
    trouble = messageOf(error);
    log.notice({ kind: 'batch_failed', family, partition, reason: trouble });
  };
  try {
    const decoded = await log.decode(position, range.messages);
    if (decoded.kind === 'registry_away') {
      const { reason } = decoded;
      const retry_in_ms = hold(position, 'registry_away', reason);
      log.notice({ kind: 'registry_away', family, partition, reason, retry_in_ms });
      return;
    }
    if (!ours()) return;
    const batch = batchOf(position, historyOf(position.next), range, decoded.records);
    const outcome = await giveBatch(follower, batch, failed);
    switch (outcome) {
      case 'commit':
        moveTo(position, batch.next);
        position.last = lastOf(batch) ?? position.last;
        events.moved(position);
        return;
      case 'retry':
        hold(position, 'follower_failed', trouble);
        return;
      case 'stop':
        position.turn = 'stopped';
        return;
      default:
        outcome satisfies never;
    }
  } catch (error) {
    failed(error);
    hold(position, 'follower_failed', trouble);
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
