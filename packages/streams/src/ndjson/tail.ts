import { messageOf } from '../wait.ts';
import { type InputFile, isCompressed, listFiles } from './files.ts';
import { createLineSplitter, type LineSplitter } from './lines.ts';
import { problemOf } from './problem.ts';

import { type FileRecord, readChunks, type ReadOptions, toRecord } from './read-records.ts';

export interface TailOptions extends ReadOptions {
  readonly paths: readonly string[];
  /** Whether files may still be written: a last line without its break may then be half a line. */
  readonly growing: boolean;
  readonly onRecord: (record: FileRecord) => void;
}

export interface Tail {
  /** Reads what is there now. Throws for a path that does not exist. */
  load(): Promise<void>;
  /** Reads what was added since the last time. Never throws: what is wrong is reported once. */
  poll(): Promise<void>;
}

interface Watched {
  path: string;
  /** Bytes read; for a compressed file, its size when it was read. */
  position: number;
  lines: LineSplitter;
}

/** Reads files and folders and remembers how far, so that lines added and files added come next time. */
export function createTail(options: TailOptions): Tail {
  const watched = new Map<string, Watched>();
  const arrived = createArrivals();
  const reported = new Set<string>();

  const report = (file: string, reason: string): void => {
    if (reported.has(`${file}: ${reason}`)) return;
    reported.add(`${file}: ${reason}`);
    options.onMalformed(problemOf(file, 0, { field: 'file', reason }));
  };

  async function readOn(file: InputFile, state: Watched): Promise<void> {
    const start = isCompressed(file.path) ? 0 : state.position;
    for await (const chunk of readChunks(file.path, start, options)) {
      if (!isCompressed(file.path)) state.position += chunk.length;
      take(file.path, state.lines.push(chunk));
    }
    if (isCompressed(file.path)) state.position = file.size;
    const whole = !options.growing || isCompressed(file.path);
    take(file.path, whole ? state.lines.end() : state.lines.endIfWhole());
  }

  const take = (path: string, lines: ReturnType<LineSplitter['push']>): void => {
    for (const line of lines)
      for (const record of toRecord(path, line, options)) options.onRecord(record);
  };

  async function visit(file: InputFile): Promise<void> {
    const known = watched.get(file.identity);
    if (known === undefined) {
      if ([...watched.values()].some(({ path }) => path === file.path)) {
        report(
          file.path,
          `was replaced; its new content is read from the start (${file.identity})`,
        );
      }
      const state = { path: file.path, position: 0, lines: createLineSplitter() };
      watched.set(file.identity, state);
      await readOn(file, state);
      return;
    }
    known.path = file.path;
    if (file.size === known.position) return;
    if (isCompressed(file.path)) {
      report(file.path, 'changed after it was read; compressed files are read once');
      return;
    }
    if (file.size < known.position) {
      report(file.path, `was cut from ${known.position} bytes; it is read from the start`);
      known.position = 0;
      known.lines = createLineSplitter();
    }
    await readOn(file, known);
  }

  return {
    load: async () => {
      for (const file of await listFiles(options.paths)) await visit(file);
    },
    poll: async () => {
      for (const path of options.paths) {
        try {
          for (const file of await listFiles([path]))
            if (watched.has(file.identity) || arrived(file)) await visit(file);
        } catch (error) {
          report(path, messageOf(error));
        }
      }
    },
  };
}

/** Whether a new file can be read: a compressed one not before its size stayed the same for one look. */
function createArrivals(): (file: InputFile) => boolean {
  const sizes = new Map<string, number>();
  return ({ path, identity, size }) => {
    const before = sizes.get(identity);
    sizes.set(identity, size);
    return !isCompressed(path) || before === size;
  };
}
