import { type PartitionName, partitionName } from '@portal/projection';
import { type Freshness } from '@portal/stores';
import { type SourceBatch } from '@portal/streams';
import { type PartitionProgress } from './stalls.ts';

/** How current the documents of this process's own partitions are, for readers and gauges. */
export interface FreshnessWatch {
  take(partitions: Iterable<PartitionName>): void;
  release(): void;
  /** This chunk is folded next: its first record is the oldest that waits. */
  begins(chunk: SourceBatch): void;
  folded(chunk: SourceBatch): void;
  /** `progress` was asked for at `askedAt`; null: it could not be had. null while this process has no place among the members. */
  tell(
    progress: readonly PartitionProgress[] | null,
    askedAt: number,
  ): ReadonlyMap<PartitionName, Freshness> | null;
  /** What is stored of them: an earlier process may have known more. */
  told(stored: ReadonlyMap<PartitionName, Freshness>): void;
}

interface Partition {
  /** First offset not folded by this process; 0 before its first chunk. */
  next: number;
  /** Everything that had arrived by then is folded: by the clock, or by the log's own times. */
  asOf: number | null;
}

export function createFreshnessWatch(): FreshnessWatch {
  let owned: Map<PartitionName, Partition> | null = null;
  const knows = (own: Partition, asOf: number | null): void => {
    if (asOf !== null) own.asOf = Math.max(asOf, own.asOf ?? asOf);
  };
  const ofChunk = (chunk: SourceBatch): Partition | undefined => owned?.get(partitionName(chunk));
  return {
    take: (partitions) => {
      owned = new Map([...partitions].map((name) => [name, { next: 0, asOf: null }]));
    },
    release: () => {
      owned = null;
    },
    begins: (chunk) => {
      const own = ofChunk(chunk);
      if (own === undefined) return;
      // The log's time of an event that is published late may be long ago; what the clock told is never less true.
      knows(own, chunk.records[0]?.timestamp ?? null);
    },
    folded: (chunk) => {
      const own = ofChunk(chunk);
      if (own === undefined) return;
      own.next = Math.max(own.next, chunk.next);
      knows(own, chunk.records.at(-1)?.timestamp ?? null);
    },
    tell: (progress, askedAt) => {
      if (owned === null) return null;
      const ends = new Map(progress?.map((each) => [partitionName(each), each]));
      return new Map(
        [...owned].map(([name, own]) => {
          const at = ends.get(name);
          const isAtEnd = at !== undefined && Math.max(at.folded, own.next) >= at.end;
          if (isAtEnd) knows(own, askedAt);
          // A log whose times lie ahead of the clock is not folded ahead of it.
          const asOf = own.asOf === null ? null : Math.min(own.asOf, askedAt);
          return [name, { asOf, isAtEnd, seenAt: askedAt }];
        }),
      );
    },
    told: (stored) => {
      for (const [name, { asOf }] of stored) {
        const own = owned?.get(name);
        if (own !== undefined) knows(own, asOf);
      }
    },
  };
}
