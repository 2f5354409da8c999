import { stalledFor } from '@portal/async';
import { partitionName, type Family, type PartitionName } from '@portal/projection';
import { type PartitionRange } from '@portal/streams';

/** `end` was fetched from the source itself, not from what was consumed. */
export interface PartitionProgress extends PartitionRange {
  /** First offset not yet folded. */
  readonly folded: number;
}

/** How far all partitions are. */
export interface Progress {
  readonly partitions: readonly PartitionProgress[];
  /** Families whose topic is not there: how far they are, nobody can say. */
  readonly missing: readonly Family[];
}

/** A partition that holds records and has not moved for this long. */
export interface Stall extends PartitionProgress {
  readonly forMs: number;
}

/** Remembers when each partition last moved: a process that is up and folds nothing is not well. */
export function createStallWatch(stalledAfterMs: number, now: () => number) {
  let last: Moves = new Map();
  return (progress: readonly PartitionProgress[]): readonly Stall[] => {
    // A partition that was another's meanwhile did not stand still here: it is forgotten.
    const known = last;
    const moved: Moves = new Map();
    last = moved;
    return progress.flatMap((partition) => {
      const name = partitionName(partition);
      const before = known.get(name);
      const { folded, end } = partition;
      if (before?.folded !== folded || folded >= end) {
        moved.set(name, { folded, at: now() });
        return [];
      }
      moved.set(name, before);
      const forMs = stalledFor({ position: folded, end, movedAt: before.at }, now());
      return forMs > stalledAfterMs ? [{ ...partition, forMs }] : [];
    });
  };
}

type Moves = Map<PartitionName, { readonly folded: number; readonly at: number }>;
