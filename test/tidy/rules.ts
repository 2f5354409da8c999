import { posix } from 'node:path';
import { circles, folderCircles, importsOf } from './imports.ts';
import LAYERS from './layers.json' with { type: 'json' };
import { incompleteLists } from './lists.ts';
import { lockfileFaults } from './lockfile.ts';
import { manifestFaults } from './manifests.ts';
import { namesOfNothing, vagueNames } from './names.ts';
import { type SourceFile } from './tree.ts';

/** A rule reads the whole tree and returns what is wrong, one `path: reason` each. */
export type Rule = (files: readonly SourceFile[]) => readonly string[];

export const RULES: Readonly<Record<string, Rule>> = {
  'imports follow the layers': (files) => files.flatMap(wrongImports),
  'nothing is imported in a circle': circles,
  'folders beside each other are imported in one direction': folderCircles,
  'manifests declare what is imported, and nothing else': manifestFaults,
  'no source file is longer than 300 lines': (files) => files.flatMap(tooLong),
  'every package and service has a README and a row in the layer table': incompleteFolders,
  'nothing is left to do later, skipped or run alone': (files) => files.flatMap(unfinished),
  'no test waits for time to pass': (files) => files.flatMap(sleeps),
  'every test file belongs to a jest project': (files) => files.flatMap(neverRun),
  'the changelog has an [Unreleased] section': changelog,
  'every folder of examples is numbered': (files) => files.flatMap(unnumbered),
  'nobody’s machine is named': (files) => files.flatMap(foreignPaths),
  'files that are named are there': namesOfNothing,
  'a README that lists a folder names all its files': incompleteLists,
  'declared names say what they stand for': (files) => files.flatMap(vagueNames),
  'a fresh clone can be installed from the lock file': lockfileFaults,
};

/**
 * A folder's `src` may import the packages named beside it and nothing else of ours; lint reads the same
 * table. Only the command line composes services; nothing else imports one.
 */
const layers: Readonly<Record<string, readonly string[]>> = LAYERS;

const LINES_MAX = 300;
const CODE = /\.(ts|tsx|mjs|css)$/;
const TEST = /\.test\.tsx?$/;

function wrongImports(file: SourceFile): readonly string[] {
  const { path } = file;
  const [, folder] = /^((?:packages|services)\/[^/]+)\/src\/.*\.tsx?$/.exec(path) ?? [];
  if (folder === undefined) return [];
  const own = folder.split('/')[1] ?? '';
  const allowed = [own, ...(layers[folder] ?? [])];
  return importsOf(file).flatMap((target) => {
    if (target.startsWith('@portal/')) {
      const name = target.split('/')[1] ?? '';
      return allowed.includes(name) ? [] : [`${path}: ${folder} may not import ${target}`];
    }
    if (!target.startsWith('.')) return [];
    const resolved = posix.join(posix.dirname(path), target);
    const stays = resolved.startsWith(`${folder}/`) || resolved.startsWith('schemas/');
    return stays ? [] : [`${path}: ${target} leaves ${folder}; import the package instead`];
  });
}

function tooLong({ path, text }: SourceFile): readonly string[] {
  if (!CODE.test(path)) return [];
  const lines = text.trimEnd().split('\n').length;
  return lines > LINES_MAX ? [`${path}: ${lines} lines`] : [];
}

function incompleteFolders(files: readonly SourceFile[]): readonly string[] {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const folders = files.flatMap(({ path }) => {
    const [, folder] = /^((?:packages|services)\/[^/]+)\/package\.json$/.exec(path) ?? [];
    return folder === undefined ? [] : [folder];
  });
  return folders.flatMap((folder) => [
    ...((texts.get(`${folder}/README.md`) ?? '').trim() === '' ? [`${folder}: no README.md`] : []),
    ...(folder in layers ? [] : [`${folder}: no row in the layer table`]),
  ]);
}

/** The words are put together here so that this file does not accuse itself. */
const LATER = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`);
const NOT_RUN =
  /\b(?:it|test|describe)\.(?:skip|only|todo|failing)\b|\b(?:x|f)(?:it|test|describe)\(/;

function unfinished({ path, text }: SourceFile): readonly string[] {
  if (!CODE.test(path) && !path.endsWith('.md')) return [];
  return text.split('\n').flatMap((line, i) => {
    if (LATER.test(line)) return [`${path}:${i + 1}: something left for later`];
    return TEST.test(path) && NOT_RUN.test(line) ? [`${path}:${i + 1}: not every test runs`] : [];
  });
}

/**
 * A pause and then an assertion: slow, and right only by luck. `eventually` and `until` of the test kit wait
 * for a condition, fake timers for an instant; a timer that only ends a wait (a deadline) is none.
 */
const SLEEPS =
  /timers\/promises|\bsetTimeout\(\s*(?:\w+\s*,|\(\)\s*=>\s*\{?\s*resolve\b)|\bwaitForTimeout\(|\bAtomics\.wait\b/;
const POLLING = 'packages/testkit/src/eventually.ts';

function sleeps({ path, text }: SourceFile): readonly string[] {
  const isTest =
    /(?:^|\/)test\/.*\.tsx?$|^packages\/testkit\/.*\.ts$/.test(path) || TEST.test(path);
  if (!isTest || path === POLLING) return [];
  return text
    .split('\n')
    .flatMap((line, i) => (SLEEPS.test(line) ? [`${path}:${i + 1}: waits for time to pass`] : []));
}

function neverRun({ path }: SourceFile): readonly string[] {
  const isNamedAsTest = /\.(test|spec)\.[a-z]+$/.test(path);
  const runs = /\.(unit|int|e2e|fault)\.test\.tsx?$/.test(path);
  return isNamedAsTest && !runs ? [`${path}: no jest project takes it`] : [];
}

function changelog(files: readonly SourceFile[]): readonly string[] {
  const text = files.find(({ path }) => path === 'CHANGELOG.md')?.text ?? '';
  return /^## \[Unreleased\]/m.test(text) ? [] : ['CHANGELOG.md: no [Unreleased] section'];
}

function unnumbered({ path }: SourceFile): readonly string[] {
  const [, folder] = /^examples\/([^/]+)\//.exec(path) ?? [];
  return folder === undefined || /^\d\d-/.test(folder) ? [] : [`${path}: the folder has no number`];
}

/** A home folder; a path that begins with one step up or more. */
const HOME = /(?<![\w.])\/(?:(?:home|Users)\/\w+|root)\//g;
const UPWARD = /(?<![\w./-])(?:\.\.\/)+[\w.-]*/g;

/** What works on one machine only: a home folder, or a relative path that leaves the repository. */
function foreignPaths({ path, text }: SourceFile): readonly string[] {
  const depth = path.split('/').length - 1;
  const homes = [...text.matchAll(HOME)].map(([found]) => found);
  const outside = [...text.matchAll(UPWARD)]
    .map(([found]) => found)
    .filter((found) => found.split('../').length - 1 > depth);
  return [...homes, ...outside].map((found) => `${path}: ${found}`);
}
