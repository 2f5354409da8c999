import { FAMILIES, type Family } from '@portal/projection';
import { type DocumentStore, type Storm } from '@portal/stores';

/** What waits in the store for its cause to pass. */
export interface HolesNow {
  /** Parked entries by family. */
  readonly parked: ReadonlyMap<Family, number>;
  /** Customers with more holes than are kept one by one. */
  readonly beyond: number;
  readonly storms: readonly Storm[];
}

/** What people and the log say of the storms; null: not known. */
export interface StormsNow {
  /** Nobody accepted them. */
  readonly open: number | null;
  /** The log does not hold all of them any more. */
  readonly incomplete: number | null;
}

export async function holesIn(store: DocumentStore): Promise<HolesNow> {
  const [beyond, storms, ...counts] = await Promise.all([
    store.beyondCount(),
    store.storms(),
    ...FAMILIES.map((family) => store.parkedCount(family)),
  ]);
  const parked = new Map(FAMILIES.map((family, index) => [family, counts[index] ?? 0]));
  return { parked, beyond, storms };
}
