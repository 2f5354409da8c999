import { posix } from 'node:path';
import { type SourceFile } from './tree.ts';

const README = /^((?:packages|services)\/[^/]+)\/README\.md$/;
const LISTED = /\/src\/.*\.tsx?$/;
const BLOCK = /^ *```[\s\S]*?^ *```/gm;
const FILE_NAME = /[\w.-]+\.tsx?\b/g;

/**
 * A README that names most files of a folder lists it, and names all of them. Each block of it is judged by itself, then
 * everything around the blocks: folders have files of the same name.
 */
export function incompleteLists(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const [, root] = README.exec(path) ?? [];
    if (root === undefined) return [];
    const folders = foldersOf(files, `${root}/src/`);
    const parts = [...(text.match(BLOCK) ?? []), text.replace(BLOCK, '')];
    return parts.flatMap((part) => {
      const named = new Set(part.match(FILE_NAME));
      return [...folders].flatMap(([folder, names]) => {
        const missing = names.filter((name) => !named.has(name));
        const isListed = missing.length * 2 < names.length;
        return isListed ? missing.map((name) => `${path}: ${folder} without ${name}`) : [];
      });
    });
  });
}

/** The names of the files in each folder; what every folder may have says nothing of it. */
function foldersOf(files: readonly SourceFile[], root: string): Map<string, string[]> {
  const folders = new Map<string, string[]>();
  for (const { path } of files) {
    if (!path.startsWith(root) || !LISTED.test(path)) continue;
    const [folder, name] = [posix.dirname(path), posix.basename(path)];
    if (name !== 'index.ts') folders.set(folder, [...(folders.get(folder) ?? []), name]);
  }
  return folders;
}
