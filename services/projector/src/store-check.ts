import { type PartitionName } from '@portal/projection';
import { type DocumentStore, type Watermark } from '@portal/stores';

/**
 * The store was restarted empty, or went back in time. Going on would fold new events upon nothing and
 * call it current, so the process ends; the next one starts from what the store still has.
 */
export class StoreWentBack extends Error {
  constructor(partition: PartitionName, had: number, has: number) {
    super(`the store lost data: ${partition} was folded up to ${had}, now it says ${has}`);
    this.name = 'StoreWentBack';
  }
}

/** Remembers how far this process has seen each of its partitions folded, and checks that it still is so. */
export interface StoreCheck {
  seen(partition: PartitionName, next: number): void;
  forget(): void;
  /** Returns the watermarks it looked at; rejects with StoreWentBack. */
  check(): Promise<ReadonlyMap<PartitionName, Watermark>>;
}

export function createStoreCheck(store: DocumentStore): StoreCheck {
  const seen = new Map<PartitionName, number>();
  return {
    seen: (partition, next) => {
      seen.set(partition, next);
    },
    forget: () => {
      seen.clear();
    },
    check: async () => {
      const marks = await store.watermarks();
      for (const [partition, had] of seen) {
        const has = marks.get(partition)?.next ?? 0;
        if (has < had) throw new StoreWentBack(partition, had, has);
      }
      return marks;
    },
  };
}
