import { posix } from 'node:path';
import { type SourceFile } from './tree.ts';

/** Decisions and the changelog tell of what was there at the time. */
const OF_THEIR_TIME = /^docs\/decisions\/|^CHANGELOG\.md$/;
const IN_DOCUMENT =
  /`((?:packages|services|test|schemas|bench|scripts|docs|deploy|examples)\/[\w./-]+)`/g;
const IN_COMMENT = /\bsee ([\w/-]+\.ts)\b/g;

/** Files and folders that a document names, and files that a comment sends its reader to, but that are not there. */
export function namesOfNothing(files: readonly SourceFile[]): readonly string[] {
  const paths = files.map(({ path }) => path);
  const isThere = (name: string): boolean =>
    paths.some((path) => path === name || path.startsWith(name.replace(/\/?$/, '/')));
  return files.flatMap(({ path, text }) => {
    if (OF_THEIR_TIME.test(path)) return [];
    const isDocument = path.endsWith('.md');
    if (!isDocument && !/\/src\/.*\.tsx?$/.test(path)) return [];
    const named = [...text.matchAll(isDocument ? IN_DOCUMENT : IN_COMMENT)].map(
      ([, name = '']) => name,
    );
    return named.flatMap((name) => {
      const found = isDocument
        ? isThere(name) || isThere(posix.join(posix.dirname(path), name))
        : paths.some((other) => other.endsWith(`/${name}`));
      return found ? [] : [`${path}: ${name}`];
    });
  });
}

/** Each stood for several things once: what remains or is missing, a check or a snapshot, a checkpoint or a time. */
const WORD = '(left|lost|turned|idle|look|looked|marks|walked|purging)';
const DECLARED = new RegExp(
  [
    `\\b(?:const|let) ${WORD}(?: of\\b|[:,]| =)`,
    `\\breadonly ${WORD}\\??:`,
    `\\bfunction\\*? ${WORD}[<(]`,
    `\\b(?:interface|type|class) ${WORD}(?:<| [{=]| extends\\b)`,
  ].join('|'),
  'gi',
);
/** It tells of documents that older versions stored, with the names they gave. */
const NAMES_ARE_STORED = /^packages\/projection\/src\/stored\/older-documents\.ts$/;

/** Declared names that do not say what they stand for: these words have better ones, each by what it is. */
export function vagueNames({ path, text }: SourceFile): readonly string[] {
  if (!/\.(tsx?|mjs)$/.test(path) || NAMES_ARE_STORED.test(path)) return [];
  return [...text.matchAll(DECLARED)].map(([found]) => `${path}: ${found}`);
}
