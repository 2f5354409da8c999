import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPTS = resolve(__dirname, '../../scripts');

/** A clone with our scripts, these two lock files and an `npm` that only says how it was called. */
function clone(wanted: object, installed: object | null): (script: string) => string {
  const root = mkdtempSync(join(tmpdir(), 'portal-clone-'));
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: wanted }));
  if (installed !== null) {
    mkdirSync(join(root, 'node_modules'));
    const file = join(root, 'node_modules/.package-lock.json');
    writeFileSync(file, JSON.stringify({ packages: installed }));
  }
  writeFileSync(join(root, 'npm'), '#!/bin/sh\necho "npm $1 was called"\n', { mode: 0o755 });
  return (script) => {
    const env = { ...process.env, PATH: `${root}:${process.env['PATH'] ?? ''}` };
    const code = `import * as project from '${root}/scripts/lib/project.mjs'; ${script}`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', code], { env });
    return run.stdout.toString() + run.stderr.toString();
  };
}

describe('dependencies of a clone', () => {
  const a = { version: '1.0.0' };
  const install = 'project.ensureDependencies();';

  it.each([
    ['there are none', { 'node_modules/a': a }, null],
    ['one is missing', { 'node_modules/a': a }, {}],
    [
      'one has another version',
      { 'node_modules/a': a },
      { 'node_modules/a': { version: '0.9.0' } },
    ],
    ['a workspace is not linked', { 'node_modules/@portal/b': { link: true } }, {}],
  ])('are installed when %s', (_why, wanted, installed) => {
    expect(clone(wanted, installed)(install)).toContain('npm ci was called');
  });

  it.each([
    ['all are there', { '': {}, 'node_modules/a': a }, { 'node_modules/a': a }],
    ['only another platform’s is missing', { 'node_modules/a': { ...a, optional: true } }, {}],
  ])('are left alone when %s', (_why, wanted, installed) => {
    expect(clone(wanted, installed)(install)).toBe('');
  });

  it.each([
    ['18.19.0', 'Node 18.19.0 is too old: this project needs Node 20.11 or newer'],
    ['20.10.9', 'Node 20.10.9 is too old'],
    ['20.11.0', 'fine'],
    ['22.0.0', 'fine'],
  ])('ask Node %s for its age', (version, answer) => {
    expect(clone({}, {})(`project.checkNode('${version}'); console.log('fine');`)).toContain(
      answer,
    );
  });
});
