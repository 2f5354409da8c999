import { type PartitionName, partitionName, type Place } from '@portal/projection';

/** What could not be healed, and when it is tried again: each try reads the whole log of a customer. */
export interface Postponed {
  /** A customer that could not be folded anew, or a storm of such customers: not tried again for a while. */
  postpone(name: string): void;
  has(name: string | null): boolean;
  /** Something of this partition was not healed: the partition is due again after a while, or when `name` is. */
  checkAgain(at: Place, name?: string | null): void;
  /** Partitions that are due again; each is returned once. */
  takeDue(): readonly PartitionName[];
}

const POSTPONED_MS = 600_000;
/** Customers and storms, some 200 bytes each. Beyond that the oldest is forgotten, and tried again with its partition. */
const POSTPONED_MAX = 10_000;

export function createPostponed(now: () => number): Postponed {
  /** Epoch milliseconds, oldest first. */
  const until = new Map<string, number>();
  const dueAt = new Map<PartitionName, number>();
  return {
    postpone: (name) => {
      until.delete(name);
      until.set(name, now() + POSTPONED_MS);
      const [oldest] = until.keys();
      if (until.size > POSTPONED_MAX && oldest !== undefined) until.delete(oldest);
    },
    has: (name) => name !== null && (until.get(name) ?? 0) > now(),
    checkAgain: (at, name = null) => {
      const due = (name === null ? undefined : until.get(name)) ?? now() + POSTPONED_MS;
      const place = partitionName(at);
      dueAt.set(place, Math.min(dueAt.get(place) ?? due, due));
    },
    takeDue: () => {
      const due = [...dueAt].flatMap(([name, at]) => (at <= now() ? [name] : []));
      for (const name of due) dueAt.delete(name);
      return due;
    },
  };
}
