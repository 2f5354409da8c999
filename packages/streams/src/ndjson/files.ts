import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface InputFile {
  readonly path: string;
  readonly size: number;
  /** Device, inode and birth: a renamed file keeps it, a replaced one does not. */
  readonly identity: string;
}

const EVENT_FILE = /\.(ndjson|jsonl|gz)$/;

export const isCompressed = (path: string): boolean => path.endsWith('.gz');

/**
 * The files that the paths name: a file as it is, a folder as its `.ndjson`, `.jsonl` and `.gz` files in
 * order of their names (not of those below it). Throws for a path that does not exist.
 */
export async function listFiles(paths: readonly string[]): Promise<readonly InputFile[]> {
  const files: InputFile[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((error: unknown) => {
      throw new Error(`cannot read the events of ${path}`, { cause: error });
    });
    const names = found.isDirectory() ? (await readdir(path)).sort() : null;
    const inside = names?.filter((name) => EVENT_FILE.test(name)).map((name) => join(path, name));
    for (const file of inside ?? [path]) {
      const { size, dev, ino, birthtimeMs } = await stat(file);
      files.push({ path: file, size, identity: `${dev}:${ino}:${birthtimeMs}` });
    }
  }
  return files;
}
