import { isUtf8 } from 'node:buffer';
import { excerpt } from '@portal/contracts';

/** What is shown of bytes that came from outside, and how much more there is. */
export type Excerpt =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string; readonly moreCharacters: number }
  | { readonly kind: 'hex'; readonly hex: string; readonly moreBytes: number };

const HEX_BYTES_MAX = 256;

export function textExcerpt(text: string, max: number): Excerpt {
  const shown = text.length <= max ? text : excerpt(text, max).slice(0, -1);
  return { kind: 'text', text: shown, moreCharacters: text.length - shown.length };
}

export const hexExcerpt = (bytes: Uint8Array): Excerpt => ({
  kind: 'hex',
  hex: Buffer.from(bytes.subarray(0, HEX_BYTES_MAX)).toString('hex'),
  moreBytes: Math.max(0, bytes.length - HEX_BYTES_MAX),
});

/** As text where the bytes are one. */
export function bytesExcerpt(bytes: Uint8Array | null, max: number): Excerpt {
  if (bytes === null) return { kind: 'none' };
  return isUtf8(bytes) ? textExcerpt(Buffer.from(bytes).toString('utf8'), max) : hexExcerpt(bytes);
}
