/** A longer line is reported and passed over: no event is that large, and one line must not fill the memory. */
export const LINE_BYTES_MAX = 8_000_000;

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

export type Line =
  | { readonly kind: 'line'; readonly number: number; readonly text: string }
  | { readonly kind: 'unreadable'; readonly number: number; readonly reason: string };

export interface LineSplitter {
  /** Takes the next bytes of the file and gives the lines they complete. */
  push(chunk: Buffer): readonly Line[];
  /** Gives what follows the last line break as a line, if anything does. */
  end(): readonly Line[];
  /** As `end`, but only when the rest is a whole JSON object: then nothing can follow that belongs to it. */
  endIfWhole(): readonly Line[];
}

/**
 * Splits a file's bytes into lines. Blank lines are counted and left out; a byte order mark and the
 * carriage return of CRLF go; what is not UTF-8 or too long is `unreadable`, never repaired in silence.
 */
export function createLineSplitter(maxBytes: number = LINE_BYTES_MAX): LineSplitter {
  let number = 0;
  let rest: Buffer[] = [];
  let size = 0;

  const keep = (bytes: Buffer): void => {
    size += bytes.length;
    // The bytes of a line that is too long are not needed any more; its size is.
    if (size > maxBytes) rest = [];
    else if (bytes.length > 0) rest.push(bytes);
  };
  const finish = (): readonly Line[] => {
    number += 1;
    const line = readLine(number, size > maxBytes ? null : Buffer.concat(rest), maxBytes);
    rest = [];
    size = 0;
    return line === null ? [] : [line];
  };

  return {
    push: (chunk) => {
      const lines: Line[] = [];
      let start = 0;
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
        keep(chunk.subarray(start, at));
        lines.push(...finish());
        start = at + 1;
      }
      keep(chunk.subarray(start));
      return lines;
    },
    end: () => (size === 0 ? [] : finish()),
    endIfWhole: () => (size <= maxBytes && isWhole(Buffer.concat(rest)) ? finish() : []),
  };
}

function readLine(number: number, bytes: Buffer | null, maxBytes: number): Line | null {
  if (bytes === null) {
    return { kind: 'unreadable', number, reason: `the line is longer than ${maxBytes} bytes` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(number === 1 ? withoutMark(bytes) : bytes)
      .trim();
    return text === '' ? null : { kind: 'line', number, text };
  } catch {
    return { kind: 'unreadable', number, reason: 'the line is not UTF-8' };
  }
}

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;

/** No beginning of a JSON object is itself one, so what parses is not half of a line still being written. */
function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString('utf8').trim();
  if (!text.endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
