import { createReadStream } from 'node:fs';
import { createDecoder, type FilePiece } from './decode.ts';
import { faultOf } from './fault.ts';
import { STDIN } from './files.ts';

/** Reads one file: the first time from its start, then what was added to it, wherever it was renamed to. */
export interface FileReader {
  /**
   * Gives the values from where it stands to the file's present end, then a fault when not everything could be
   * read. `isWhole`: nothing will be added, so what stands at the end is a value even without a line break.
   */
  read(path: string, isWhole: boolean): AsyncGenerator<FilePiece>;
  /** Bytes read. */
  position(): number;
  /** Whether it is an archive whose end is not there yet. */
  isCutOff(): boolean;
  /** Whether the file still begins with what was read of it; if not, somebody wrote it anew. */
  isSame(path: string): Promise<boolean>;
}

/** Small, because gzip may unpack it to a thousand times as much before anybody else gets a turn. */
const CHUNK_BYTES = 16_384;
/** How much of a file's beginning is compared. */
const BEGINNING_BYTES = 256;

export function createFileReader(): FileReader {
  const decoder = createDecoder();
  let position = 0;
  let beginning = Buffer.alloc(0);

  return {
    read: async function* (path, isWhole) {
      try {
        for await (const chunk of openBytes(path, position)) {
          position += chunk.length;
          if (beginning.length < BEGINNING_BYTES) {
            const more = chunk.subarray(0, BEGINNING_BYTES - beginning.length);
            beginning = Buffer.concat([beginning, more]);
          }
          yield* decoder.push(chunk);
        }
        yield* decoder.end(isWhole);
      } catch (error) {
        yield* decoder.end(false);
        yield { kind: 'fault', reason: faultOf(error) };
      }
    },
    position: () => position,
    isCutOff: () => decoder.isCutOff(),
    isSame: async (path) => {
      const now: Buffer[] = [];
      const end = beginning.length - 1;
      if (end < 0) return true;
      for await (const chunk of createReadStream(path, { end })) now.push(chunk as Buffer);
      return Buffer.concat(now).equals(beginning);
    },
  };
}

const openBytes = (path: string, start: number): AsyncIterable<Buffer> =>
  path === STDIN
    ? process.stdin
    : createReadStream(path, { ...(start > 0 ? { start } : {}), highWaterMark: CHUNK_BYTES });
