import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { inNode } from './in-node.ts';

const ROOT = resolve(__dirname, '../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const versions = inNode(
  'lib/nodes.mjs',
  'answer(it.TESTED.map(({ version }) => version));',
) as string[];
const lines = versions.map((version) => version.split('.')[0]);

describe('the tested versions of Node', () => {
  it.each([
    ['20.11.0', ['22', '24']],
    ['22.1.0', ['20', '24']],
    ['24.99.0', ['20', '22']],
    ['26.0.0', ['20', '22', '24']],
  ])('besides %s are those of other lines', (running, others) => {
    const code = `answer(it.otherNodes('${running}').map(({ version }) => version.split('.')[0]));`;
    expect(inNode('lib/nodes.mjs', code)).toEqual(others);
  });

  it('begin with the oldest that is supported, hold the one of the image, and are told to readers', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(/\d+/.exec(engines.node)?.[0]).toBe(lines[0]);
    const images = [...read('deploy/Dockerfile').matchAll(/^FROM node:(\d+)/gm)];
    expect(images.length).toBeGreaterThan(0);
    for (const [, line] of images) expect(lines).toContain(line);
    expect(read('README.md')).toContain(
      `tested on Node ${lines.join(', ').replace(/, (\d+)$/, ' and $1')}`,
    );
  });

  it('are all tried by the CI run', () => {
    expect(read('.ci/run')).toMatch(/^exec npm test --silent -- --nodes --again "\$@"$/m);
  });

  it('run every kind of test that may differ: each pattern finds some, and costs no browser', () => {
    const parts = inNode('lib/nodes.mjs', 'answer(it.PARTS);') as string[];
    const listed = execFileSync(process.execPath, [JEST, '--listTests', ...parts], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const files = listed
      .split('\n')
      .filter(Boolean)
      .map((file) => relative(ROOT, file));
    for (const part of parts) {
      const pattern = RegExp(part.replace('./', '^'));
      expect(files.filter((file) => pattern.test(file))).not.toEqual([]);
    }
    expect(files.filter((file) => /browser|^packages\/projection/.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['test/e2e/pipeline.e2e.test.ts', 'test/golden.unit.test.ts']),
    );
  });
});
