import { type PartitionName, partitionName } from '@portal/projection';
import { type ReplayWindow, type Checkpoint } from '@portal/stores';
import { type AssignedPartition, type Start } from '@portal/streams';

/**
 * The store's checkpoint alone says what was folded: what lies before it may be gone from the log, and a group that
 * lost its offsets has lost nothing. Each partition is read again from the lowest of the checkpoint, the group's
 * committed offset and a while of work before, for records whose last writes a failover lost where the checkpoint was
 * not lost. What was folded already is recognised by each customer's vector.
 */
export function startsOf(
  partitions: readonly AssignedPartition[],
  checkpoints: ReadonlyMap<PartitionName, Checkpoint>,
): ReadonlyMap<PartitionName, Start> {
  return new Map(
    partitions.map((assigned) => {
      const name = partitionName(assigned);
      const { next = 0, replay, last } = checkpoints.get(name) ?? {};
      const from = Math.min(next, assigned.committed ?? next, replay?.from ?? next);
      return [name, { next, from, ...(last === undefined ? {} : { last }) }];
    }),
  );
}

/**
 * The replay window after a step that began at `position`. It moves at most once in `slackMs`, so `from` lies
 * between one and two slacks of work back. The clock of this process measures that: the log's times are those
 * of the events, and do not tell when something was written to the store.
 */
export function nextReplay(
  replay: ReplayWindow | undefined,
  position: number,
  now: number,
  slackMs: number,
): ReplayWindow {
  if (replay === undefined) return { from: position, nextFrom: position, since: now };
  // A clock that was set back must not keep the window from moving.
  if (replay.since > now) return { ...replay, since: now };
  if (now - replay.since < slackMs) return replay;
  return { from: replay.nextFrom, nextFrom: position, since: now };
}
