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
  // Kept from one eviction to the next: a new one would pass over all that went before it, some 100 µs.
  let oldest = heads.keys();
  return {
    get: (ref) => heads.get(ref),
    set: (ref, head) => {
      heads.delete(ref);
      heads.set(ref, head);
      while (heads.size > max) {
        const next = oldest.next();
        if (next.done === true) oldest = heads.keys();
        else heads.delete(next.value);
      }
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
