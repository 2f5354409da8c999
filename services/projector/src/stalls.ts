import { partitionName, type Family, type PartitionName } from '@portal/projection';

export interface PartitionProgress {
  readonly family: Family;
  readonly partition: number;
  /** First offset not yet folded. */
  readonly folded: number;
  /** Fetched from the source itself, not from what was consumed. */
  readonly end: number;
}

/** A partition that holds records and has not moved for this long. */
export interface Stall extends PartitionProgress {
  readonly forMs: number;
}

/** Remembers when each partition last moved: a process that is up and folds nothing is not well. */
export function createStallWatch(stalledAfterMs: number, now: () => number) {
  const moved = new Map<PartitionName, { readonly folded: number; readonly at: number }>();
  return (progress: readonly PartitionProgress[]): readonly Stall[] =>
    progress.flatMap((partition) => {
      const name = partitionName(partition);
      const before = moved.get(name);
      const isBehind = partition.folded < partition.end;
      if (before === undefined || before.folded !== partition.folded || !isBehind) {
        moved.set(name, { folded: partition.folded, at: now() });
        return [];
      }
      const forMs = now() - before.at;
      return forMs > stalledAfterMs ? [{ ...partition, forMs }] : [];
    });
}
