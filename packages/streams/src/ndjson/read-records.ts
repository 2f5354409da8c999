import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { type LogRecord, parseLine } from '@portal/contracts';
import { messageOf } from '../wait.ts';
import { isCompressed, listFiles } from './files.ts';
import { createLineSplitter, type Line } from './lines.ts';
import { type InputProblem, problemOf } from './problem.ts';

/** A record and where it stands. */
export interface FileRecord {
  readonly file: string;
  readonly line: number;
  readonly record: LogRecord;
}

export interface ReadOptions {
  /**
   * Hears of every line with something wrong. Lines with a readable topic have a record all the same,
   * an `undecodable` one; the others have none, so this is the only word of them.
   */
  readonly onMalformed: (problem: InputProblem) => void;
  /** Topic names in the files may carry it; `billing` when absent. */
  readonly topicPrefix?: string;
}

/** Every record of files and folders, once, in the order of the lines. Throws for a path that does not exist. */
export async function* readRecords(
  paths: readonly string[],
  options: ReadOptions,
): AsyncGenerator<FileRecord> {
  for (const { path } of await listFiles(paths)) {
    const lines = createLineSplitter();
    for await (const chunk of readChunks(path, 0, options)) {
      for (const line of lines.push(chunk)) yield* toRecord(path, line, options);
    }
    for (const line of lines.end()) yield* toRecord(path, line, options);
  }
}

/** A file's bytes from `start` to its present end, unpacked when it is `.gz`. What cannot be read is reported. */
export async function* readChunks(
  path: string,
  start: number,
  options: ReadOptions,
): AsyncGenerator<Buffer> {
  const plain = createReadStream(path, { start });
  const bytes = isCompressed(path) ? plain.pipe(createGunzip()) : plain;
  plain.on('error', (error) => bytes.destroy(error));
  try {
    for await (const chunk of bytes) yield chunk as Buffer;
  } catch (error) {
    const reason = `cannot be read further: ${messageOf(error)}`;
    options.onMalformed(problemOf(path, 0, { field: 'file', reason }));
  }
}

/** The record of a line; none when its topic cannot be read. */
export function toRecord(file: string, line: Line, options: ReadOptions): readonly FileRecord[] {
  const { number } = line;
  if (line.kind === 'unreadable') {
    options.onMalformed(problemOf(file, number, { field: null, reason: line.reason }));
    return [];
  }
  const parsed = parseLine(line.text, options.topicPrefix);
  if (parsed.kind === 'malformed') {
    options.onMalformed(problemOf(file, number, parsed.error));
    return [];
  }
  const { decoded } = parsed.record;
  if (decoded.kind === 'undecodable') options.onMalformed(problemOf(file, number, decoded.error));
  return [{ file, line: number, record: parsed.record }];
}
