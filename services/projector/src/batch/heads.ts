import { type CustomerRef, type State } from '@portal/projection';

/**
 * States of the customers of the partitions this process owns, the one written last stays longest. A wrong entry is
 * harmless (compare-and-apply answers `conflict`); it only costs a reload.
 */
export interface Heads {
  get(ref: CustomerRef): CachedHead | undefined;
  set(ref: CustomerRef, head: CachedHead): void;
  drop(ref: CustomerRef): void;
  clear(): void;
  readonly size: number;
}

export interface CachedHead {
  readonly state: State;
  /** The stored vector this state was read or written with; '' when there is no record yet. */
  readonly vector: string;
}

export function createHeads(max: number): Heads {
  const heads = new Map<CustomerRef, CachedHead>();
  return {
    get: (ref) => heads.get(ref),
    set: (ref, head) => {
      heads.delete(ref);
      heads.set(ref, head);
      if (heads.size > max) dropOldest(heads, Math.max(1, max >> 4));
    },
    drop: (ref) => heads.delete(ref),
    clear: () => {
      heads.clear();
    },
    get size() {
      return heads.size;
    },
  };
}

/**
 * Many at once: a new iterator passes over all that was deleted before the oldest, some 100 µs. One kept from call
 * to call would keep each table of the map that it was not moved through, and so leak.
 */
function dropOldest(heads: Map<CustomerRef, CachedHead>, count: number): void {
  let left = count;
  for (const ref of heads.keys()) {
    if (left === 0) return;
    heads.delete(ref);
    left -= 1;
  }
}
