import ts from 'typescript';
import { posix } from 'node:path';
import LAYERS from './layers.json' with { type: 'json' };
import { type SourceFile } from './tree.ts';

/** What a source file imports, types included, in any form: `import`, `export from`, `require`, `import()`. */
export function importsOf({ path, text }: SourceFile): readonly string[] {
  if (!CODE.test(path)) return [];
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

const CODE = /\.(ts|tsx|mjs|js)$/;

/** The package that a bare import names: `@portal/billing`, `ajv`; null for a relative one or Node's own. */
export function packageOf(target: string): string | null {
  if (target.startsWith('.') || target.startsWith('node:')) return null;
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Import circles, one `a → b → a` each: none of their files can be read, tested or replaced alone. */
export function circles(files: readonly SourceFile[]): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  const next = new Map(
    files.map((file) => [
      file.path,
      importsOf(file)
        .map((target) => fileOf(file.path, target))
        .filter((path) => paths.has(path)),
    ]),
  );
  return circlesIn(next);
}

/**
 * The same of folders that stand beside each other under one `src`: of two that need each other none can be understood
 * alone. A folder and one inside it may: its parts are its own.
 */
export function folderCircles(files: readonly SourceFile[]): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const file of files) {
    const from = posix.dirname(file.path);
    if (!SOURCES.test(from)) continue;
    const targets = importsOf(file)
      .filter((target) => target.startsWith('.'))
      .map((target) => posix.dirname(fileOf(file.path, target)))
      .filter((to) => SOURCES.test(to) && !holds(from, to) && !holds(to, from));
    next.set(from, new Set([...(next.get(from) ?? []), ...targets]));
  }
  return circlesIn(next);
}

const SOURCES = /^(?:packages|services)\/[^/]+\/src(?:\/|$)/;

const holds = (folder: string, other: string): boolean => `${other}/`.startsWith(`${folder}/`);

function circlesIn(next: ReadonlyMap<string, Iterable<string>>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, above: readonly string[]): void => {
    const from = above.indexOf(path);
    if (from !== -1) found.push([...above.slice(from), path].join(' → '));
    if (from !== -1 || done.has(path)) return;
    for (const target of next.get(path) ?? []) walk(target, [...above, path]);
    done.add(path);
  };
  for (const path of next.keys()) walk(path, []);
  return found;
}

/** Where an import leads inside the repository: imports name their file, and a package its `index.ts`. */
function fileOf(path: string, target: string): string {
  if (target.startsWith('.')) return posix.join(posix.dirname(path), target);
  const folder = FOLDERS.find((one) => target === `@portal/${posix.basename(one)}`);
  return folder === undefined ? target : `${folder}/src/index.ts`;
}

const FOLDERS = Object.keys(LAYERS);
