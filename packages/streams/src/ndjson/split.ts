import { BYTE, createBracketScan, DULL, isBlank } from './bracket-scan.ts';

/** A longer event is reported and passed over: none is that large, and one must not fill the memory. */
const EVENT_BYTES_MAX = 8_000_000;

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
  const state = startState();

  const finish = (): void => {
    const piece = value.take(state.place);
    if (piece !== null) state.pieces.push(piece);
    leaveValue(state);
  };
  const see = (chunk: Uint8Array): void => {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (DULL[byte] === true && isInside(state)) {
        while (DULL[chunk[at + 1] ?? BYTE.lineFeed] === true) at += 1;
        scan.seeDull();
        state.isFirst = false;
        state.isIndented = false;
        continue;
      }
      const step = isInside(state) ? scan.see(byte, state.isFirst, state.isIndented) : 'before';
      if (step !== 'on' && isInside(state)) {
        value.keep(chunk.subarray(start, step === 'after' ? at + 1 : at));
        finish();
        // It was never closed and is told as malformed: that its comma is missing is no news.
        if (byte === BYTE.open) state.needsComma = false;
      }
      if (step === 'before' && beginsValue(state, byte)) {
        start = at;
        scan.begin(state.mode === 'element');
        scan.see(byte, state.isFirst, state.isIndented);
      }
      passOver(state, byte);
    }
    if (isInside(state)) value.keep(chunk.subarray(start));
  };
  const given = (): readonly Piece[] => {
    const { pieces } = state;
    state.pieces = [];
    return pieces;
  };

  return {
    push: (chunk) => {
      see(chunk);
      return given();
    },
    end: () => {
      if (isInside(state)) finish();
      if (state.mode === 'array') remark(state, 'the array does not end');
      state.mode = 'outside';
      return given();
    },
    endIfWhole: () => {
      if (state.mode === 'value' && scan.isClosed()) finish();
      return given();
    },
  };
}

interface State {
  mode: Mode;
  /** Of the next byte. */
  line: number;
  /** The next byte is the first of its line. */
  isFirst: boolean;
  /** Only blanks stand before the next byte on its line. */
  isIndented: boolean;
  /** Of the array that is being read: the next element. */
  element: number;
  needsComma: boolean;
  /** Of the value that is being read. */
  place: Place;
  pieces: Piece[];
}

const startState = (): State => ({
  mode: 'outside',
  line: 1,
  isFirst: true,
  isIndented: true,
  element: 0,
  needsComma: false,
  place: { line: 1, element: null },
  pieces: [],
});

const isInside = ({ mode }: State): boolean => mode === 'value' || mode === 'element';

function remark(state: State, reason: string): void {
  const { line, element } = state;
  state.pieces.push({ kind: 'remark', place: { line, element }, reason });
}

function leaveValue(state: State): void {
  if (state.mode === 'element') state.element += 1;
  state.mode = state.mode === 'element' ? 'array' : 'outside';
  state.needsComma = true;
}

function passOver(state: State, byte: number): void {
  state.isFirst = byte === BYTE.lineFeed;
  state.isIndented = state.isFirst || (state.isIndented && isBlank(byte));
  if (state.isFirst) state.line += 1;
}

/** Takes a byte between values; true when a value begins with it. */
function beginsValue(state: State, byte: number): boolean {
  const isInArray = state.mode === 'array';
  if (isBlank(byte)) return false;
  if (isInArray && byte === BYTE.closeList) state.mode = 'outside';
  else if (isInArray && byte === BYTE.comma) {
    if (!state.needsComma) remark(state, 'a value is missing before this comma');
    state.needsComma = false;
  } else if (!isInArray && byte === BYTE.openList) {
    state.mode = 'array';
    state.element = 0;
    state.needsComma = false;
  } else {
    if (isInArray && state.needsComma) remark(state, 'a comma is missing before this element');
    state.place = { line: state.line, element: isInArray ? state.element : null };
    state.mode = isInArray ? 'element' : 'value';
    return true;
  }
  return false;
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
