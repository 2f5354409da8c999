import { createHash } from 'node:crypto';
import { type State, vectorText } from '@portal/projection';

const STATE_ID_LENGTH = 22;

/** 128 bits of the hash of vector and holes: equal logs give equal ids. */
export function stateIdOf(
  state: Pick<State, 'vector' | 'holes' | 'hole_ranges' | 'usage'>,
): string {
  const hash = createHash('sha256').update(vectorText(state)).digest('base64url');
  return hash.slice(0, STATE_ID_LENGTH);
}
