import { type CustomerRef, type Document, type PartName, type State } from '@portal/projection';
import { LRUCache } from 'lru-cache';

/**
 * States of the customers of the partitions this process owns, the one used last stays longest. A wrong entry is
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
  /** Characters of the stored parts: they tell how much memory the state takes. */
  readonly lengths: ReadonlyMap<PartName, number>;
  /** Side fields as they are stored with this vector, as far as they are known; null: not there. */
  readonly fields: ReadonlyMap<string, string | null>;
  /** What the state was projected to, so that the next one is projected from what changed; absent: it was only loaded. */
  readonly projected?: ProjectedDocument;
}

export interface ProjectedDocument {
  readonly document: Document | null;
  /** Characters of its stored text. */
  readonly length: number;
}

/** Heap of a state for each character that is stored of it: measured 5.3 with the customers of the benchmark. */
const BYTES_PER_CHARACTER = 6;
/** The same of a document, which shares most of its values with the state: measured 0.96. */
const DOCUMENT_BYTES_PER_CHARACTER = 1;
/** Of any state: its entry here, and what it has however empty it is. */
const ENTRY_BYTES = 1_000;

export function createStates(maxBytes: number): States {
  const states = new LRUCache<CustomerRef, CachedState>({
    maxSize: maxBytes,
    sizeCalculation: bytesOf,
  });
  return {
    get: (ref) => states.get(ref),
    set: (ref, state) => {
      states.set(ref, state);
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

function bytesOf({ vector, lengths, fields, projected }: CachedState): number {
  let characters = vector.length;
  for (const length of lengths.values()) characters += length;
  for (const text of fields.values()) characters += text?.length ?? 0;
  const ofDocument = DOCUMENT_BYTES_PER_CHARACTER * (projected?.length ?? 0);
  return ENTRY_BYTES + BYTES_PER_CHARACTER * characters + ofDocument;
}

export const lengthsOf = (
  parts: ReadonlyMap<PartName, string>,
  before: ReadonlyMap<PartName, number> = new Map(),
): ReadonlyMap<PartName, number> => {
  const lengths = new Map(before);
  for (const [name, text] of parts) lengths.set(name, text.length);
  return lengths;
};
