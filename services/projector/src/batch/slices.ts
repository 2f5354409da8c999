import { type CustomerRef, type Entry } from '@portal/projection';

/** Some customers of a delivery, each with its entries in the order of each partition. */
export type Slice = readonly (readonly [CustomerRef, readonly Entry[]])[];

/** Enough customers that a round trip costs little for each; few enough that folding them blocks the process only briefly. */
const CUSTOMERS_MAX = 256;
/** A slice is full with this many entries, too; a customer's own entries are never divided. */
const ENTRIES_MAX = 2_000;
/** One slice is folded while the other one is written. */
const AT_ONCE = 2;

/**
 * Runs `apply` on slices of a batch, two at a time; no two hold the same customer. Awaits `pause` before each. When one
 * rejects no further one begins; rejects with the first error once nothing is under way any more, so that the batch
 * can be given again.
 */
export async function eachSlice(
  entries: ReadonlyMap<CustomerRef, readonly Entry[]>,
  pause: () => Promise<void>,
  apply: (slice: Slice) => Promise<void>,
): Promise<void> {
  // Both take from this one iterator: as an array, every slice would be folded twice.
  const slices = slicesOf(entries);
  const errors: unknown[] = [];
  const work = async (): Promise<void> => {
    try {
      for (const slice of slices) {
        await pause();
        if (errors.length > 0) return;
        await apply(slice);
      }
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (errors.length > 0) throw errors[0];
}

function* slicesOf(entries: ReadonlyMap<CustomerRef, readonly Entry[]>): Generator<Slice> {
  let slice: [CustomerRef, readonly Entry[]][] = [];
  let count = 0;
  for (const one of entries) {
    slice.push(one);
    count += one[1].length;
    if (slice.length < CUSTOMERS_MAX && count < ENTRIES_MAX) continue;
    yield slice;
    slice = [];
    count = 0;
  }
  if (slice.length > 0) yield slice;
}
