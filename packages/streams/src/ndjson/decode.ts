import { type Content, recognise, RECOGNISED_BYTES } from './recognise.ts';
import { createSplitter, type Piece } from './split.ts';
import { createUnpacker, type Unpacker } from './unpack.ts';

/** A value of a file, or why the file is not read further. */
export type FilePiece = Piece | { readonly kind: 'fault'; readonly reason: string };

/** Bytes of one file → values, whatever the bytes turn out to be. */
export interface Decoder {
  push(bytes: Buffer): Generator<FilePiece>;
  /** The bytes end here for now; `isWhole`: for ever, so that the last value needs no line break. */
  end(isWhole: boolean): Generator<FilePiece>;
  /** Whether an archive was begun and not ended. */
  isCutOff(): boolean;
}

export function createDecoder(): Decoder {
  const text = createText();
  let head = Buffer.alloc(0);
  /** null as long as too few bytes tell. */
  let content: Content['kind'] | null = null;
  let unpacker: Unpacker | null = null;
  let isToldOf = false;

  function* decode(bytes: Buffer): Generator<FilePiece> {
    if (content === 'text') yield* text.push(bytes);
    if (unpacker === null) return;
    for (const unpacked of unpacker.push(bytes)) yield* text.push(unpacked);
  }
  function* begin(): Generator<FilePiece> {
    const found = recognise(head);
    content = found.kind;
    if (found.kind === 'foreign') yield { kind: 'fault', reason: found.reason };
    if (found.kind === 'gzip') unpacker = createUnpacker();
    yield* decode(head);
    head = Buffer.alloc(0);
  }

  return {
    isCutOff: () => unpacker?.isOpen() ?? false,
    push: function* (bytes: Buffer): Generator<FilePiece> {
      if (content !== null) {
        yield* decode(bytes);
        return;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length >= RECOGNISED_BYTES) yield* begin();
    },
    end: function* (isWhole: boolean): Generator<FilePiece> {
      if (content === null && isWhole && head.length > 0) yield* begin();
      const isCut = isWhole && unpacker !== null && unpacker.isOpen();
      const fault = unpacker?.fault() ?? (isCut ? 'the archive is cut off' : null);
      yield* text.end(isWhole && fault === null);
      if (fault !== null && !isToldOf) yield { kind: 'fault', reason: fault };
      isToldOf = fault !== null;
    },
  };
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Text that may have come out of an archive: again it can be anything. */
function createText() {
  const splitter = createSplitter();
  let head: Buffer | null = Buffer.alloc(0);
  let isForeign = false;

  function* begin(bytes: Buffer): Generator<FilePiece> {
    head = null;
    const found = recognise(bytes);
    isForeign = found.kind !== 'text';
    if (found.kind === 'gzip')
      yield { kind: 'fault', reason: 'is compressed twice; unpack it once' };
    if (found.kind === 'foreign') yield { kind: 'fault', reason: found.reason };
    const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
    if (!isForeign) yield* splitter.push(hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes);
  }

  return {
    push: function* (bytes: Buffer): Generator<FilePiece> {
      if (isForeign) return;
      if (head === null) {
        yield* splitter.push(bytes);
        return;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length >= RECOGNISED_BYTES) yield* begin(head);
    },
    end: function* (isWhole: boolean): Generator<FilePiece> {
      if (isForeign) return;
      if (head !== null && isWhole) yield* begin(head);
      yield* isWhole ? splitter.end() : splitter.endIfWhole();
    },
  };
}
