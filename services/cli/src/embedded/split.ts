/** A value of a posted body, still text; `index` is its place in the array, null when there is none. */
export interface Piece {
  readonly index: number | null;
  readonly text: string;
}

export type Split =
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }
  | { readonly kind: 'malformed'; readonly reason: string }
  | { readonly kind: 'too_many' };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const END_OF_ARRAY = 0x5d;

/**
 * Cuts the items of a JSON array apart without reading them, so that each can be read by itself and what is too
 * long or too many costs nothing. Anything but an array is one piece. Reads each character once. Not the splitter of
 * files: that one saves what it can of a damaged file, and what is posted is taken whole or not at all.
 */
export function splitBody(body: string, piecesMax: number): Split {
  const text = body.trim();
  if (!text.startsWith('[')) return { kind: 'pieces', pieces: [{ index: null, text }] };
  const pieces: Piece[] = [];
  let [start, depth] = [1, 0];
  const take = (end: number): void => {
    pieces.push({ index: pieces.length, text: text.slice(start, end) });
    start = end + 1;
  };
  for (let at = 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (OPENING.has(code)) {
      depth += 1;
    } else if (CLOSING.has(code) && depth > 0) {
      depth -= 1;
    } else if (CLOSING.has(code)) {
      const isEmpty = pieces.length === 0 && text.slice(start, at).trim() === '';
      if (!isEmpty) take(at);
      if (code !== END_OF_ARRAY || at !== text.length - 1)
        return { kind: 'malformed', reason: 'the array ends before the text does' };
      return pieces.length > piecesMax ? { kind: 'too_many' } : { kind: 'pieces', pieces };
    } else if (code === COMMA && depth === 0) {
      take(at);
      if (pieces.length > piecesMax) return { kind: 'too_many' };
    }
  }
  return { kind: 'malformed', reason: 'the array does not end' };
}

/** Where the string that begins here ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return text.length;
}
