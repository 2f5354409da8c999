/** Bytes that a piece of a request takes at most where an answer repeats it. */
const ECHO_BYTES_MAX = 64;

/**
 * A client's text as an answer may repeat it: the beginning, with an ellipsis where it was cut. Measured as
 * JSON writes it, where a control character takes six bytes, so that the answer's size has a limit.
 */
export function echoed(text: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(JSON.stringify(character)) - QUOTES;
    if (bytes > ECHO_BYTES_MAX) return `${text.slice(0, end)}…`;
    end += character.length;
  }
  return text;
}

const QUOTES = 2;
