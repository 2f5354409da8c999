import { decodeRecord, FOLD_VERSION, type State } from '@portal/projection';
import { type LoadedRecord } from '@portal/stores';

/**
 * The state that a record holds, null: there is no record. Throws for a damaged one, and says whose it is and why: what
 * was folded onto a part of it would be wrong for ever.
 */
export function storedState(loaded: LoadedRecord): State | null {
  const { ref, vector, parts } = loaded;
  if (vector === '') {
    if (parts.size === 0) return null;
    throw new Error(`the record of ${ref} cannot be read: it has no vector`);
  }
  const decoded = decodeRecord(loaded);
  if (decoded.kind === 'unreadable') {
    throw new Error(`the record of ${ref} cannot be read: ${decoded.reason}`);
  }
  const { state } = decoded;
  if (state.ref !== ref || state.fold !== FOLD_VERSION) {
    throw new Error(
      `the record of ${ref} is one of ${state.ref}, fold version ${state.fold}, not ${FOLD_VERSION}`,
    );
  }
  return state;
}
