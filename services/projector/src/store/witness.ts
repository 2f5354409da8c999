import { type CustomerRef, isOpenIn, readVector } from '@portal/projection';
import { type LoadedRecord } from '@portal/stores';
import { StoreWentBack } from './store-check.ts';

/**
 * What this process saw records at, lately. A store that failed over to a replica may have lost the last
 * writes; an older record would then take later events, and the lost ones could never be folded again.
 * Another writer only ever moves a record on.
 */
export interface Witness {
  saw(ref: CustomerRef, vector: string): void;
  erased(ref: CustomerRef): void;
  /** Ask before loading: what is written while the load is under way must not be compared with it. */
  memoryOf(ref: CustomerRef): string | undefined;
  /** Compares a loaded record with what it was before. Throws StoreWentBack. */
  check(record: LoadedRecord, before: string | undefined): void;
}

const ERASED = 'erased';

/** Remembers at most twice `max` customers, each for at least `keepMs` unless there are more. */
export function createWitness(keepMs: number, max: number, now: () => number): Witness {
  let young = new Map<CustomerRef, string>();
  let old = new Map<CustomerRef, string>();
  let since = now();
  const saw = (ref: CustomerRef, vector: string): void => {
    if (young.size >= max || now() - since >= keepMs) {
      old = young;
      young = new Map();
      since = now();
    }
    young.set(ref, vector);
  };
  const memoryOf = (ref: CustomerRef): string | undefined => young.get(ref) ?? old.get(ref);
  return {
    saw,
    memoryOf,
    erased: (ref) => {
      saw(ref, ERASED);
    },
    check: ({ ref, erased, vector }, before) => {
      if (erased) return;
      if (before === ERASED) throw new StoreWentBack('a customer was erased, now it is not');
      if (before !== undefined) checkVector(before, vector);
      // Another lane may have written meanwhile; its vector is the newer one.
      if (vector !== '' && memoryOf(ref) === before) saw(ref, vector);
    },
  };
}

function checkVector(before: string, now: string): void {
  if (before === now) return;
  const [had, has] = [readVector(before), readVector(now)];
  for (const [partition, offset] of had.positions) {
    const position = has.positions.get(partition);
    if (position === undefined || position < offset) {
      const at = position === undefined ? 'not there' : `at ${partition}@${position}`;
      throw new StoreWentBack(`a record was at ${partition}@${offset}, now it is ${at}`);
    }
  }
  // A range says of none of its offsets that it was closed; a new one begins at a hole, or behind what was folded.
  const reopened = [...has.holes, ...[...has.ranges].map(firstOf)].find(
    ({ partition, offset }) =>
      offset <= (had.positions.get(partition) ?? -1) && !isOpenIn(had, partition, offset),
  );
  if (reopened !== undefined) {
    const { partition, offset } = reopened;
    throw new StoreWentBack(`a record had closed its hole ${partition}@${offset}, now it is open`);
  }
}

const firstOf = ([partition, { first }]: readonly [string, { readonly first: number }]) => ({
  partition,
  offset: first,
});
