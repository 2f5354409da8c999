import { backoff } from '@portal/async';
import { type Family, type PartitionName, partitionName } from '@portal/projection';
import { type Held } from '../port.ts';

/** One partition of ours, and how far it is. Changed in place by the session that holds it. */
export interface Position {
  readonly name: PartitionName;
  readonly topic: string;
  readonly family: Family;
  readonly partition: number;
  /** The offset to fetch next. Only what the follower committed moves it. */
  next: number;
  /** What lies below is read again: the group's offset is past it already and must not go back. */
  readonly againTo: number;
  /** When `next` last moved, or the partition was taken over. */
  movedAt: number;
  /**
   * Whose turn it is. `idle`: to be fetched. `fetching`: a request is out. `follower`: a batch is in
   * its lane. `held`: waits until `heldUntil` and is fetched again. `stopped`: the follower wants no more.
   */
  turn: 'idle' | 'fetching' | 'follower' | 'held' | 'stopped';
  heldUntil: number;
  /** Waits in a row; sets the length of the next one. */
  waits: number;
  /** Why it waits; null while it moves. */
  reason: Pick<Held, 'why' | 'detail' | 'since'> | null;
}

export const startPosition = (
  at: { readonly topic: string; readonly family: Family; readonly partition: number },
  next: number,
  againTo: number = next,
): Position => ({
  ...at,
  name: partitionName(at),
  next,
  againTo,
  movedAt: Date.now(),
  turn: 'idle',
  heldUntil: 0,
  waits: 0,
  reason: null,
});

export const fetchable = (positions: Iterable<Position>, now: number): readonly Position[] =>
  [...positions].filter(
    ({ turn, heldUntil }) => turn === 'idle' || (turn === 'held' && heldUntil <= now),
  );

/** Lets the partition wait, longer each time in a row; the same offset is fetched again. Returns the wait in ms. */
export function pauseAt(position: Position): number {
  const pause = backoff(position.waits);
  position.waits += 1;
  position.turn = 'held';
  position.heldUntil = Date.now() + pause;
  return pause;
}

/** As `pauseAt`, and says why. */
export function hold(position: Position, why: Held['why'], detail: string): number {
  const since = position.reason?.why === why ? position.reason.since : Date.now();
  position.reason = { why, detail, since };
  return pauseAt(position);
}

export function moveTo(position: Position, next: number): void {
  position.next = next;
  position.movedAt = Date.now();
  position.waits = 0;
  position.turn = 'idle';
  position.reason = null;
}

export const heldOf = (positions: readonly Position[]): readonly Held[] =>
  positions.flatMap(({ family, partition, reason }) =>
    reason === null ? [] : [{ family, partition, ...reason }],
  );

export const positionOf = (
  group: readonly Position[],
  at: Pick<Position, 'topic' | 'partition'>,
): Position | undefined =>
  group.find(({ topic, partition }) => topic === at.topic && partition === at.partition);
