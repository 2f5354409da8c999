export const BYTE = {
  tab: 0x09,
  lineFeed: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  open: 0x7b,
  close: 0x7d,
} as const;

export const isBlank = (byte: number): boolean =>
  byte === BYTE.space || byte === BYTE.lineFeed || byte === BYTE.return || byte === BYTE.tab;

/** Bytes that neither open, close nor separate anything: most of a text. */
export const DULL: readonly boolean[] = Array.from(
  { length: 256 },
  (_, byte) => !(Object.values(BYTE) as readonly number[]).includes(byte),
);

/** Whether a value goes on with a byte, ends before it, or ends with it. */
export type Step = 'on' | 'before' | 'after';

/** Finds where a JSON value ends by its brackets and quotes; whether it is good JSON is not asked. */
export interface BracketScan {
  /** Begins a value. In an array it ends with its brackets or before a comma, outside with its line. */
  begin(isInArray: boolean): void;
  /** `isFirst`: the first byte of its line; `isIndented`: only blanks stand before it on its line. */
  see(byte: number, isFirst: boolean, isIndented: boolean): Step;
  /** Sees a run of dull bytes: whatever its length, the value goes on. */
  seeDull(): void;
  /** Whether all brackets are closed again. */
  isClosed(): boolean;
}

/** Stands for any dull byte. */
const SOMETHING = 0x30;

export function createBracketScan(): BracketScan {
  let isInArray = false;
  let depth = 0;
  let isText = false;
  let isEscaped = false;
  /** The last byte that is not blank and in no text; 0 at the beginning. */
  let last = 0;

  const seeInText = (byte: number): void => {
    if (isEscaped) isEscaped = false;
    else if (byte === BYTE.backslash) isEscaped = true;
    else if (byte === BYTE.quote) isText = false;
  };
  const seeLineFeed = (): Step => {
    // No JSON text holds a line break: its closing quote is missing.
    const isCutText = isText;
    isText = false;
    return depth <= 0 || (isCutText && !isInArray) ? 'before' : 'on';
  };
  const mayHold = (): boolean =>
    last === BYTE.openList || last === BYTE.comma || last === BYTE.colon;

  return {
    begin: (inArray) => {
      isInArray = inArray;
      depth = 0;
      isText = false;
      isEscaped = false;
      last = 0;
    },
    see: (byte, isFirst, isIndented) => {
      if (byte === BYTE.lineFeed) return seeLineFeed();
      if (isText) {
        seeInText(byte);
        return 'on';
      }
      if (isBlank(byte)) return 'on';
      // A line that begins with a bracket begins another value, though this one was never closed.
      if (byte === BYTE.open && last !== 0 && (isFirst || (isIndented && !mayHold())))
        return 'before';
      const endsElement = byte === BYTE.comma || byte === BYTE.closeList;
      if (isInArray && depth <= 0 && endsElement) return 'before';
      last = byte;
      isText = byte === BYTE.quote;
      if (byte === BYTE.open || byte === BYTE.openList) depth += 1;
      if (byte !== BYTE.close && byte !== BYTE.closeList) return 'on';
      depth -= 1;
      return isInArray && depth === 0 ? 'after' : 'on';
    },
    seeDull: () => {
      isEscaped = false;
      if (!isText) last = SOMETHING;
    },
    isClosed: () => depth === 0 && !isText && last === BYTE.close,
  };
}
