import { BYTE, createBracketScan, isBlank } from './bracket-scan.ts';

/** A longer event is reported and passed over: none is that large, and one must not fill the memory. */
export const EVENT_BYTES_MAX = 8_000_000;

/** Where a value begins. */
export interface Place {
  /** 1 for the first line. */
  readonly line: number;
  /** Position in the JSON array that holds it, from 0; null outside of arrays. */
  readonly element: number | null;
}

export type Piece =
  | { readonly kind: 'value'; readonly place: Place; readonly text: string }
  | { readonly kind: 'unreadable'; readonly place: Place; readonly reason: string }
  /** Something is wrong between the values of an array; no value is missing for it. */
  | { readonly kind: 'remark'; readonly place: Place; readonly reason: string };

export interface Splitter {
  /** Takes the next bytes and gives the values they complete. */
  push(chunk: Uint8Array): readonly Piece[];
  /** Gives what follows the last whole value, if anything does. */
  end(): readonly Piece[];
  /** As `end`, but only a value whose brackets are closed: what may still be written is kept. */
  endIfWhole(): readonly Piece[];
}

type Mode =
  /** Between values, in no array. */
  | 'outside'
  /** In a value that ends with its line, or with the line that closes its brackets. */
  | 'value'
  /** In an array, between its elements. */
  | 'array'
  | 'element';

/**
 * Splits a text into JSON values: a value on each line, values printed over several lines, arrays of values.
 * Whatever is wrong with a value costs that value alone: a line that begins with `{` begins a new one, whatever
 * is open before it. What is not UTF-8 or too long is `unreadable`, never repaired in silence.
 */
export function createSplitter(maxBytes: number = EVENT_BYTES_MAX): Splitter {
  const scan = createBracketScan();
  const value = createValueBytes(maxBytes);
  let pieces: Piece[] = [];
  let mode: Mode = 'outside';
  let line = 1;
  let isFirst = true;
  let isIndented = true;
  let element = 0;
  let needsComma = false;
  let place: Place = { line, element: null };

  const isInside = (): boolean => mode === 'value' || mode === 'element';
  const remark = (reason: string): void => {
    pieces.push({ kind: 'remark', place: { line, element }, reason });
  };
  const finish = (): void => {
    const piece = value.take(place);
    if (piece !== null) pieces.push(piece);
    if (mode === 'element') element += 1;
    needsComma = true;
    mode = mode === 'element' ? 'array' : 'outside';
  };
  /** A byte between values. True when a value begins with it. */
  const seeBetween = (byte: number): boolean => {
    const isInArray = mode === 'array';
    if (isBlank(byte)) return false;
    if (isInArray && byte === BYTE.closeList) mode = 'outside';
    else if (isInArray && byte === BYTE.comma) {
      if (!needsComma) remark('a value is missing before this comma');
      needsComma = false;
    } else if (!isInArray && byte === BYTE.openList) {
      mode = 'array';
      element = 0;
      needsComma = false;
    } else {
      if (isInArray && needsComma) remark('a comma is missing before this element');
      place = { line, element: isInArray ? element : null };
      mode = isInArray ? 'element' : 'value';
      scan.begin(isInArray);
      return true;
    }
    return false;
  };
  const see = (chunk: Uint8Array): void => {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      const step = isInside() ? scan.see(byte, isFirst, isIndented) : 'before';
      if (step !== 'on' && isInside()) {
        value.keep(chunk.subarray(start, step === 'after' ? at + 1 : at));
        finish();
        // It was never closed and is told as malformed: that its comma is missing is no news.
        if (byte === BYTE.open) needsComma = false;
      }
      if (step === 'before' && seeBetween(byte)) {
        start = at;
        scan.see(byte, isFirst, isIndented);
      }
      isFirst = byte === BYTE.lineFeed;
      isIndented = isFirst || (isIndented && isBlank(byte));
      if (isFirst) line += 1;
    }
    if (isInside()) value.keep(chunk.subarray(start));
  };
  const given = (): readonly Piece[] => {
    const all = pieces;
    pieces = [];
    return all;
  };

  return {
    push: (chunk) => {
      see(chunk);
      return given();
    },
    end: () => {
      if (isInside()) finish();
      if (mode === 'array') remark('the array does not end');
      mode = 'outside';
      return given();
    },
    endIfWhole: () => {
      if (mode === 'value' && scan.isClosed()) finish();
      return given();
    },
  };
}

/** The bytes of one value, gathered from chunks. */
function createValueBytes(maxBytes: number) {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    keep: (bytes: Uint8Array): void => {
      size += bytes.length;
      // The bytes of a value that is too long are not needed any more; its size is.
      if (size > maxBytes) parts = [];
      else if (bytes.length > 0) parts.push(Buffer.from(bytes));
    },
    take: (place: Place): Piece | null => {
      const bytes = size > maxBytes ? null : Buffer.concat(parts);
      parts = [];
      size = 0;
      return readPiece(place, bytes, maxBytes);
    },
  };
}

function readPiece(place: Place, bytes: Buffer | null, maxBytes: number): Piece | null {
  if (bytes === null) {
    return { kind: 'unreadable', place, reason: `the line is longer than ${maxBytes} bytes` };
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes).trim();
    return text === '' ? null : { kind: 'value', place, text };
  } catch {
    return { kind: 'unreadable', place, reason: 'the line is not UTF-8' };
  }
}
