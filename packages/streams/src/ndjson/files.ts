import { type Dirent, type Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { faultOf } from './fault.ts';

/** The path that means the standard input. */
export const STDIN = '-';

export interface InputFile {
  readonly path: string;
  readonly size: number;
  /** Device, inode and birth: a renamed file keeps it, a replaced one does not. */
  readonly identity: string;
  /** Bytes that come once and from no place: the standard input and pipes. */
  readonly isPipe: boolean;
}

/** Files of a folder that are not read, for one reason. */
export interface SkippedFiles {
  readonly folder: string;
  readonly why: string;
  readonly count: number;
  /** One of them, relative to the folder. */
  readonly example: string;
}

export interface Listing {
  readonly files: readonly InputFile[];
  readonly skipped: readonly SkippedFiles[];
  /** Paths that were given and cannot be read. */
  readonly faults: readonly { readonly path: string; readonly reason: string }[];
}

/** `.ndjson`, `.jsonl` and `.json` in any case, also rotated (`.ndjson.1`, `.json-20261101`), also `.gz`. */
const EVENT_FILE = /\.(?:ndjson|jsonl|json)(?:[.-]\d[\d.-]*)?(?:\.gz(?:ip)?)?$/i;
const ARCHIVE = /\.gz(?:ip)?(?:[.-]\d[\d.-]*)?$/i;
const TAR = /\.tar\.gz/i;

const isEventFile = (name: string): boolean =>
  EVENT_FILE.test(name) || (ARCHIVE.test(name) && !TAR.test(name));

const EVENT_FILE_NAMES =
  'names that end in .ndjson, .jsonl, .json or .gz, also rotated ones such as .ndjson.1';

/**
 * The files that the paths name: a file whatever its name is, a folder as the events files in it and below,
 * told by their names and in the order of these, each file once. Hidden files and links to folders are skipped, so there
 * are no circles. Never throws: what cannot be read is among the faults.
 */
export async function listFiles(paths: readonly string[]): Promise<Listing> {
  const files: InputFile[] = [];
  const faults: Listing['faults'][number][] = [];
  const skipped: SkippedFiles[] = [];
  const known = new Set<string>();
  /** False: it is among the files already, by another name. */
  const add = (file: InputFile): boolean => {
    if (known.has(file.identity)) return false;
    known.add(file.identity);
    files.push(file);
    return true;
  };
  for (const path of paths) {
    if (path === STDIN) {
      add({ path, size: 0, identity: STDIN, isPipe: true });
      continue;
    }
    try {
      const found = await stat(path);
      if (found.isDirectory()) skipped.push(...(await walk(path, add)));
      else if (found.isFile() || found.isFIFO()) add(inputFile(path, found));
      else
        faults.push({
          path,
          reason: 'is a device; give a file, a folder, or - for standard input',
        });
    } catch (error) {
      faults.push({ path, reason: await faultOfPath(path, error) });
    }
  }
  return { files, skipped, faults };
}

const inputFile = (path: string, found: Stats): InputFile => ({
  path,
  size: found.size,
  identity: `${found.dev}:${found.ino}:${found.birthtimeMs}`,
  isPipe: found.isFIFO(),
});

async function faultOfPath(path: string, error: unknown): Promise<string> {
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  const reason = faultOf(error);
  return isLink && reason === faultOf({ code: 'ENOENT' }) ? 'is a link to nothing' : reason;
}

/** Adds the events files of a folder and of those in it; returns what was skipped, by reason. */
async function walk(
  folder: string,
  add: (file: InputFile) => boolean,
): Promise<readonly SkippedFiles[]> {
  const skipped = new Map<string, { count: number; example: string }>();
  const leave = (name: string, why: string): void => {
    const known = skipped.get(why) ?? { count: 0, example: name };
    known.count += 1;
    skipped.set(why, known);
  };
  const visit = async (inside: string): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const name = join(inside, entry.name);
      const path = join(folder, name);
      const why = skipReason(entry);
      if (why !== null) {
        leave(name, why);
        continue;
      }
      try {
        if (entry.isDirectory()) {
          await visit(name);
          continue;
        }
        const found = await stat(path);
        if (found.isFile()) {
          if (!add(inputFile(path, found))) leave(name, 'the same file under another name');
        } else leave(name, found.isDirectory() ? 'links to folders' : 'devices and pipes');
      } catch (error) {
        // A file that was taken away meanwhile is no news; a link to nothing stays.
        const reason = await faultOfPath(path, error);
        if (reason !== faultOf({ code: 'ENOENT' })) leave(name, `it ${reason}`);
      }
    }
  };
  await visit('');
  return [...skipped].map(([why, each]) => ({ folder, why, ...each }));
}

function skipReason(entry: Dirent): string | null {
  if (entry.name.startsWith('.')) return 'hidden';
  if (entry.name.includes('\ufffd')) return 'named in bytes that are no UTF-8';
  if (entry.isDirectory()) return null;
  if (!isEventFile(entry.name)) return `not named as events files are (${EVENT_FILE_NAMES})`;
  return entry.isFile() || entry.isSymbolicLink() ? null : 'devices and pipes';
}

/** Throws for the first path that was given and cannot be read. */
export function throwFault({ faults: [fault] }: Listing): void {
  if (fault !== undefined) throw new Error(`${fault.path} ${fault.reason}`);
}

/**
 * Why the paths cannot be read as they are, in one sentence with the first path that is wrong; null when they
 * can. `isGrowing`: they are to be followed, and folders may get their files later.
 */
export async function checkPaths(
  paths: readonly string[],
  isGrowing: boolean,
): Promise<string | null> {
  for (const path of paths) {
    const { files, faults } = await listFiles([path]);
    const [fault] = faults;
    if (fault !== undefined) return `${fault.path} ${fault.reason}`;
    if (isGrowing && files.some(({ isPipe }) => isPipe)) {
      return `${path} comes once and cannot be followed; leave --follow out`;
    }
    if (!isGrowing && files.length === 0) {
      return `${path} holds no events file; looked for ${EVENT_FILE_NAMES}`;
    }
  }
  return null;
}
