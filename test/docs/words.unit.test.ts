import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PARKED_CODES, statusReason } from '@portal/contracts';
import { describe, expect, it } from '@jest/globals';

/** What people and programs meet in answers, logs and metrics stands in the documentation, and nothing else does. */
const ROOT = resolve(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const sourcesOf = (folder: string): string =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => read(join(folder, name)))
    .join('\n');

const found = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, word = '']) => word))].sort();

const contract = read('docs/contract.md');
const operations = read('docs/operations.md');

/** What stands between a heading and the next one of its rank. */
function section(text: string, heading: string): string {
  const [, ...rest] = text.split(`\n${heading}\n`);
  return (rest.join('\n').split(/\n#{2,3} /)[0] ?? '').trim();
}

describe('the words of answers', () => {
  it.each(statusReason.shape.code.options)('docs/contract.md tells what %s means', (code) => {
    expect(contract).toContain(`\`${code}\``);
  });

  const CODES = found(sourcesOf('packages/projection/src'), /[`']([a-z]+(?:_[a-z]+)+): /g);

  it('begin reasons with codes that docs/contract.md lists', () => {
    expect(found(contract, /^\| `([a-z]+(?:_[a-z]+)+):` /gm)).toEqual(CODES);
    expect(CODES).toContain('period_not_kept');
  });

  it.each(CODES)('%s has words of its own on the page', (code) => {
    expect(read('services/portal/src/words.ts')).toContain(`/^${code}: /`);
  });
});

describe('docs/operations.md', () => {
  it('tells what each code of a parked record means', () => {
    const table = section(operations, '### Why a record is parked').split('| ---').at(-1) ?? '';
    const rows = found(table, /^\| (`[^|]*`) /gm).flatMap((cell) => found(cell, /`(\w+)`/g));
    expect(rows.sort()).toEqual([...PARKED_CODES].sort());
  });

  it('tells what each word of /readyz means', () => {
    const [, words = ''] =
      /export type NotReadyReason =([^;]+);/.exec(read('packages/runtime/src/health.ts')) ?? [];
    const table = section(operations, '## Readiness and health');
    expect(found(table, /^\| `(\w+)` /gm)).toEqual(found(words, /'(\w+)'/g));
  });

  it('names every metric, and none that there is not', () => {
    const METRIC = /\b(portal_(?:projector|reader)_[a-z_]*[a-z])\b/g;
    const all = sourcesOf('services/projector/src') + sourcesOf('services/reader/src');
    expect(found(operations, METRIC)).toEqual(found(all, METRIC));
  });
});
