import { type PartitionName, partitionName } from '@portal/projection';
import { type ReplayMarks, type Watermark } from '@portal/stores';
import { type AssignedPartition, type Start } from '@portal/streams';

/**
 * Each partition is folded from the lower of the group's committed offset and the store's watermark: after a
 * crash nothing is skipped, after a lost store everything is folded again. It is read again from a while
 * before that, for records whose last writes a failover lost where the watermark was not lost. What was
 * folded already is recognised by each customer's vector.
 */
export function startsOf(
  partitions: readonly AssignedPartition[],
  watermarks: ReadonlyMap<PartitionName, Watermark>,
): ReadonlyMap<PartitionName, Start> {
  return new Map(
    partitions.map((assigned) => {
      const name = partitionName(assigned);
      const mark = watermarks.get(name);
      const next = Math.min(assigned.committed ?? 0, mark?.next ?? 0);
      return [name, { next, from: Math.min(next, mark?.replay?.from ?? next) }];
    }),
  );
}

/**
 * The marks after a step that began at `position`. They turn at most once in `slackMs`, so `from` lies
 * between one and two slacks of work back, measured by the clock of the folding: the log's own times are
 * the events', which tell nothing of when something was written to the store.
 */
export function turned(
  marks: ReplayMarks | undefined,
  position: number,
  now: number,
  slackMs: number,
): ReplayMarks {
  if (marks === undefined) return { from: position, turn: position, since: now };
  // A clock that was set back must not keep the marks from turning.
  if (marks.since > now) return { ...marks, since: now };
  if (now - marks.since < slackMs) return marks;
  return { from: marks.turn, turn: position, since: now };
}
