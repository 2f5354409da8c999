import { expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inNode } from './in-node.ts';

const ROOT = resolve(__dirname, '../..');
const TEST = 'packages/async/test/single-flight.unit.test.ts';

it('npm test -- --nodes counts every version in its one last line, and one that cannot be had as a failure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portal-nodes-'));
  const code = 'answer(it.otherNodes(process.versions.node).map(({ version }) => version));';
  const [there, missing] = inNode('lib/nodes.mjs', code) as [string, string];
  const bin = join(folder, `node-${there}/package/bin`);
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'node'), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'npm'), '#!/bin/sh\necho no network\nexit 1\n', { mode: 0o755 });
  const linux = `for (const [name, value] of [['platform', 'linux'], ['arch', 'x64']])
    Object.defineProperty(process, name, { value });`;
  writeFileSync(join(folder, 'linux.cjs'), linux);
  const words = ['-r', join(folder, 'linux.cjs'), 'scripts/test.mjs', '--nodes', TEST];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}`, PORTAL_CACHE: folder },
  });
  const one = Number(/^Node \S+ +(\d+) passed, 0 failed/m.exec(stderr)?.[1]);
  expect(one).toBeGreaterThan(0);
  expect(stderr).toMatch(new RegExp(`^Node ${there} +${one} passed, 0 failed`, 'm'));
  expect(stderr).toMatch(new RegExp(`^Node ${missing}: npm .* failed \\(1\\):\nno network`, 'm'));
  expect([stdout, status]).toEqual([`${2 * one} passed, 1 failed\n`, 1]);
});
