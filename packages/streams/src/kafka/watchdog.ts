import { stalledFor } from '@portal/async';
import { type PartitionRange } from '../port.ts';
import { type Position } from './positions.ts';

export interface Stall {
  readonly next: number;
  readonly end: number;
  readonly waits_for: 'source' | 'follower';
}

/** No record came of a partition that has some, for this long: the consumer is made anew. */
const SOURCE_STALL_MS = 60_000;
/** The follower kept one batch for this long: only a new process helps. */
const FOLLOWER_STALL_MS = 300_000;

/**
 * A partition is stalled when it has records, compared with an end that was fetched apart from the
 * consumer, and does not move. Held and stopped partitions wait on purpose and say so themselves.
 */
export function stallOf(
  position: Pick<Position, 'turn' | 'next' | 'movedAt'>,
  range: PartitionRange,
  now: number,
): Stall | null {
  const { turn, next, movedAt } = position;
  if (turn === 'held' || turn === 'stopped') return null;
  const waits_for = turn === 'follower' ? 'follower' : 'source';
  const limit = waits_for === 'follower' ? FOLLOWER_STALL_MS : SOURCE_STALL_MS;
  const { end } = range;
  return stalledFor({ position: next, end, movedAt }, now) < limit
    ? null
    : { next, end, waits_for };
}
