import { type PartitionName, partitionName, type Place } from '@portal/projection';

/** What could not be healed, and when it is tried again: each try reads the whole log of a customer. */
export interface LeftAlone {
  /** Leaves a customer that could not be folded anew, or a storm of such customers, as it is for a while. */
  leave(name: string): void;
  has(name: string | null): boolean;
  /** Something of this partition stays as it is for now: all of it is due again after a while, or with what is left alone. */
  lookAgain(at: Place, name?: string | null): void;
  /** Partitions that are due again; each is told once. */
  takeDue(): readonly PartitionName[];
}

const LEFT_ALONE_MS = 600_000;
/** Customers and storms, some 200 bytes each. What is more than that is forgotten, and tried again with its partition. */
const LEFT_ALONE_MAX = 10_000;

export function createLeftAlone(now: () => number): LeftAlone {
  /** Until when, oldest first. */
  const left = new Map<string, number>();
  const again = new Map<PartitionName, number>();
  return {
    leave: (name) => {
      left.delete(name);
      left.set(name, now() + LEFT_ALONE_MS);
      const [oldest] = left.keys();
      if (left.size > LEFT_ALONE_MAX && oldest !== undefined) left.delete(oldest);
    },
    has: (name) => name !== null && (left.get(name) ?? 0) > now(),
    lookAgain: (at, name = null) => {
      const due = (name === null ? undefined : left.get(name)) ?? now() + LEFT_ALONE_MS;
      const place = partitionName(at);
      again.set(place, Math.min(again.get(place) ?? due, due));
    },
    takeDue: () => {
      const due = [...again].flatMap(([name, at]) => (at <= now() ? [name] : []));
      for (const name of due) again.delete(name);
      return due;
    },
  };
}
