import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPTS = resolve(__dirname, '../../scripts');
/** npm's own list of what it has installed. */
const LIST = 'node_modules/.package-lock.json';

interface Entry {
  readonly version?: string;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** A clone with our scripts, these two lock files and an `npm` that only says how it was called. */
function clone(
  wanted: Readonly<Record<string, Entry>>,
  installed: Readonly<Record<string, Entry>> | null,
  npm = 'echo "npm $1 was called"',
): (script: string) => string {
  const root = mkdtempSync(join(tmpdir(), 'portal-clone-'));
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed !== null) {
    mkdirSync(join(root, 'node_modules'));
    for (const path of Object.keys(installed)) mkdirSync(join(root, path), { recursive: true });
    writeFileSync(join(root, LIST), JSON.stringify({ packages: installed }));
  }
  writeFileSync(join(root, 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  return (script) => {
    const env = { ...process.env, PATH: `${root}:${process.env['PATH'] ?? ''}` };
    const project = JSON.stringify(pathToFileURL(join(root, 'scripts/lib/project.mjs')).href);
    const code = `import * as project from ${project}; ${script}`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env });
    return run.stdout.toString() + run.stderr.toString();
  };
}

describe('dependencies of a clone', () => {
  const a = { version: '1.0.0' };
  const { platform, arch } = process;
  const install = 'project.ensureDependencies();';
  const tell = `try { ${install} } catch (error) { console.log(error.message); }`;

  it.each([
    ['there are none', { 'node_modules/a': a }, null],
    ['one is missing', { 'node_modules/a': a }, {}],
    [
      'one has another version',
      { 'node_modules/a': a },
      { 'node_modules/a': { version: '0.9.0' } },
    ],
    [
      'this system’s part of a program is missing (a folder copied from another one)',
      { 'node_modules/a-here': { ...a, optional: true, os: [platform], cpu: [arch] } },
      {},
    ],
    ['a workspace is not linked', { 'node_modules/@portal/b': { link: true } }, {}],
  ])('are installed when %s', (_why, wanted, installed) => {
    expect(clone(wanted, installed)(install)).toContain('npm ci was called');
  });

  it.each([
    ['all are there', { '': {}, 'node_modules/a': a }, { 'node_modules/a': a }],
    ['only an optional one is missing', { 'node_modules/a': { ...a, optional: true } }, {}],
    [
      'only another system’s part is missing',
      { 'node_modules/a-there': { ...a, optional: true, os: ['plan9'], cpu: [arch] } },
      {},
    ],
  ])('are left alone when %s', (_why, wanted, installed) => {
    expect(clone(wanted, installed)(install)).toBe('');
  });

  it('are installed again when one was deleted by hand', () => {
    const run = clone({ 'node_modules/a': a }, { 'node_modules/a': a });
    const deleted = `import { rmSync } from 'node:fs'; rmSync(project.ROOT + '/node_modules/a', { recursive: true });`;
    expect(run(deleted + install)).toContain('npm ci was called');
  });

  it('are begun again after an install that was broken off, and it is said', () => {
    const stale = { 'node_modules/a': a };
    const run = clone({ 'node_modules/a': { version: '2.0.0' } }, stale, 'kill -INT $$');
    expect(run(tell)).toContain('npm ci was broken off; the next start begins it again.');
    expect(run(tell)).toContain('node_modules is missing or half installed');
  });

  it.each([
    ['npm fails', 'exit 1', 'npm ci failed, see above. It needs the package registry, this once.'],
    ['there is no npm', '', 'npm cannot be run'],
  ])('are said to be missing when %s', (_why, npm, words) => {
    const run = clone({ 'node_modules/a': a }, null, npm);
    const gone = npm === '' ? `process.env.PATH = '/nowhere';` : '';
    expect(run(gone + tell)).toContain(words);
  });
});
