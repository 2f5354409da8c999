import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A text file of the repository; `path` is relative to its root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Every text file below `root` that belongs to the repository. */
export function readTree(root: string, folder = ''): readonly SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : readTree(root, path);
    if (!entry.isFile() || BINARY.has(extname(entry.name))) return [];
    return [{ path, text: readFileSync(join(root, path), 'utf8') }];
  });
}

const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', '.data']);
const BINARY = new Set(['.gz', '.png', '.ico', '.woff2', '.bin', '.log']);
