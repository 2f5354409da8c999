import {
  Z_DATA_ERROR,
  Z_NO_FLUSH,
  Z_STREAM_END,
  zlibInflate,
  zlibInflateInit2,
  ZStream,
} from 'pako';

/**
 * Unpacks gzip step by step. Node's own stream throws away what it unpacked in the step that failed, up to the
 * whole of a small file; this one gives every byte before the fault.
 */
export interface Unpacker {
  /** What the next bytes of the archive hold, in pieces of at most 64 KB: a bomb never fills the memory. */
  push(packed: Uint8Array): Generator<Buffer>;
  /** Why the archive cannot be read further; null when it can, or was read to its end. */
  fault(): string | null;
  /** Whether more must follow. */
  isOpen(): boolean;
}

const OUTPUT_BYTES = 65_536;
/** The largest window, and gzip only. */
const WINDOW_BITS = 31;

/** An archive is one or more gzip members, and then nothing but zeros (tapes fill up their last block). */
export function createUnpacker(): Unpacker {
  let member: ZStream | null = null;
  let members = 0;
  let fault: string | null = null;

  /** Unpacks until the member or the input ends. */
  function* unpack(stream: ZStream): Generator<Buffer> {
    let isFull = true;
    while (isFull || stream.avail_in > 0) {
      stream.output = new Uint8Array(OUTPUT_BYTES);
      stream.next_out = 0;
      stream.avail_out = OUTPUT_BYTES;
      const status = zlibInflate(stream, Z_NO_FLUSH);
      if (stream.next_out > 0) yield Buffer.from(stream.output.buffer, 0, stream.next_out);
      if (status === Z_STREAM_END) {
        member = null;
        members += 1;
        return;
      }
      if (status <= Z_DATA_ERROR || status > Z_STREAM_END) {
        fault = faultOf(stream.msg, members);
        return;
      }
      isFull = stream.avail_out === 0;
    }
  }

  return {
    push: function* (packed) {
      let rest = packed;
      while (fault === null) {
        if (member === null) {
          const start = members === 0 ? 0 : rest.findIndex((byte) => byte !== 0);
          if (start < 0 || rest.length === 0) return;
          member = startMember();
          rest = rest.subarray(start);
        }
        const stream: ZStream = member;
        stream.input = rest;
        stream.next_in = 0;
        stream.avail_in = rest.length;
        yield* unpack(stream);
        rest = rest.subarray(stream.next_in);
        if (rest.length === 0) return;
      }
    },
    fault: () => fault,
    isOpen: () => fault === null && member !== null,
  };
}

function startMember(): ZStream {
  const stream = new ZStream();
  zlibInflateInit2(stream, WINDOW_BITS);
  return stream;
}

const NO_GZIP = [
  'incorrect header check',
  'unknown compression method',
  'unknown header flags set',
];
const WRONG_SUM = ['incorrect data check', 'incorrect length check'];

/** In our own words what zlib means. */
function faultOf(message: string, members: number): string {
  if (NO_GZIP.includes(message)) {
    return members === 0 ? 'the archive is no gzip' : 'what follows the gzip archive is no gzip';
  }
  if (WRONG_SUM.includes(message)) {
    return 'the archive’s checksum is wrong, so what was read may be damaged';
  }
  return 'the archive is damaged';
}
