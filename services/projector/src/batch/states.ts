import { type CustomerRef, type State } from '@portal/projection';

/**
 * States of the customers of the partitions this process owns, the one written last stays longest. A wrong entry is
 * harmless (compare-and-apply answers `conflict`); it only costs a reload.
 */
export interface States {
  get(ref: CustomerRef): CachedState | undefined;
  set(ref: CustomerRef, state: CachedState): void;
  drop(ref: CustomerRef): void;
  clear(): void;
  readonly size: number;
}

export interface CachedState {
  readonly state: State;
  /** The stored vector this state was read or written with, and with it what its parts say; '' when there is no record yet. */
  readonly vector: string;
  /** Side fields as they are stored with this vector, as far as they are known; null: not there. */
  readonly fields: ReadonlyMap<string, string | null>;
}

export function createStates(max: number): States {
  const states = new Map<CustomerRef, CachedState>();
  return {
    get: (ref) => states.get(ref),
    set: (ref, state) => {
      states.delete(ref);
      states.set(ref, state);
      if (states.size > max) dropOldest(states, Math.max(1, max >> 4));
    },
    drop: (ref) => states.delete(ref),
    clear: () => {
      states.clear();
    },
    get size() {
      return states.size;
    },
  };
}

/**
 * Drops many at once: a new iterator first passes over all entries that were deleted before the oldest, some 100 µs. An
 * iterator kept from call to call would keep old tables of the map alive, and so leak.
 */
function dropOldest(states: Map<CustomerRef, CachedState>, count: number): void {
  let remaining = count;
  for (const ref of states.keys()) {
    if (remaining === 0) return;
    states.delete(ref);
    remaining -= 1;
  }
}
