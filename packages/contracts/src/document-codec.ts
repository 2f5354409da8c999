import { createHash } from 'node:crypto';
import { type Document, type State, vectorText } from '@portal/projection';

/**
 * The stored form of a document: `<state id> <codec version>\n<JSON>`. The first bytes name the state,
 * so a reader that has rendered it already needs to look no further.
 */
export const DOCUMENT_CODEC_VERSION = 1;

export type DecodedDocument =
  | { readonly kind: 'document'; readonly stateId: string; readonly document: Document }
  | { readonly kind: 'unreadable'; readonly reason: string };

const STATE_ID_LENGTH = 22;

/** 128 bits of the hash of vector and holes: equal logs give equal ids. */
export function stateIdOf(state: Pick<State, 'vector' | 'holes' | 'frozen'>): string {
  const hash = createHash('sha256').update(vectorText(state)).digest('base64url');
  return hash.slice(0, STATE_ID_LENGTH);
}

export function encodeDocument(stateId: string, document: Document): string {
  return `${stateId} ${DOCUMENT_CODEC_VERSION}\n${JSON.stringify(document)}`;
}

export function decodeDocument(text: string): DecodedDocument {
  const end = text.indexOf('\n');
  const [stateId = '', version = ''] = text.slice(0, end).split(' ');
  if (end === -1 || version !== String(DOCUMENT_CODEC_VERSION)) {
    return {
      kind: 'unreadable',
      reason: `codec version '${version.slice(0, 20)}' is not ${DOCUMENT_CODEC_VERSION}`,
    };
  }
  try {
    return { kind: 'document', stateId, document: JSON.parse(text.slice(end + 1)) as Document };
  } catch {
    return { kind: 'unreadable', reason: 'the stored document is not JSON' };
  }
}
