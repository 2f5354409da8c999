import { type PartitionName } from '@portal/projection';
import { type DocumentStore, type Checkpoint } from '@portal/stores';

/**
 * The store was restarted, went back in time, or was replaced by a replica that may lack the last writes.
 * Going on would fold new events upon older records and call it current, so the process ends; the next one
 * reads again from before the loss.
 */
export class StoreWentBack extends Error {
  constructor(how: string) {
    super(`the store lost data: ${how}`);
    this.name = 'StoreWentBack';
  }
}

/** Remembers up to where this process saw each of its partitions folded, and checks that the store still says so. */
export interface StoreCheck {
  seen(partition: PartitionName, next: number): void;
  forget(): void;
  /** Returns the checkpoints it checked; rejects with StoreWentBack. */
  check(): Promise<ReadonlyMap<PartitionName, Checkpoint>>;
}

export function createStoreCheck(store: DocumentStore): StoreCheck {
  const seen = new Map<PartitionName, number>();
  const servers = new Set<string>();
  return {
    seen: (partition, next) => {
      seen.set(partition, Math.max(next, seen.get(partition) ?? 0));
    },
    forget: () => {
      seen.clear();
    },
    check: async () => {
      // As it is now: what other lanes write while the store answers must not be compared with that answer.
      const before = [...seen];
      const [checkpoints, present] = await Promise.all([store.checkpoints(), store.servers()]);
      checkServers(servers, present);
      for (const [partition, had] of before) {
        const has = checkpoints.get(partition)?.next ?? 0;
        if (has < had) {
          throw new StoreWentBack(`${partition} was folded up to ${had}, now it says ${has}`);
        }
      }
      return checkpoints;
    },
  };
}

/**
 * The servers present hold all the data. So one that is gone gave its part to those that are known, and one that
 * came was added; one in the place of another is a restart or a failover.
 */
function checkServers(known: Set<string>, present: ReadonlySet<string>): void {
  const gone = [...known].find((server) => !present.has(server));
  const come = [...present].find((server) => !known.has(server));
  if (gone !== undefined && come !== undefined) {
    throw new StoreWentBack(`it was restarted or failed over (${gone} is now ${come})`);
  }
  known.clear();
  for (const server of present) known.add(server);
}
