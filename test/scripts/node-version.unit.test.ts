import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inNode } from './in-node.ts';

const ROOT = resolve(__dirname, '../..');
const GUARD = 'lib/node-version.cjs';

describe('the age of Node', () => {
  it.each([
    ['12.22.12', 'Node 12.22.12 is too old: this project needs Node 20.11 or newer.'],
    ['18.19.0', 'Node 18.19.0 is too old'],
    ['20.10.9', 'Node 20.10.9 is too old'],
    ['20.11.0', null],
    ['22.0.0', null],
  ])('is looked at: %s', (version, words) => {
    const told = inNode(GUARD, `answer(it.default.tooOld('${version}'));`) as string | null;
    expect(words === null ? told : told?.slice(0, words.length)).toBe(words);
  });

  it('is looked at before any script that npm runs, in words every Node can read', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Readonly<Record<string, string>>;
    };
    const ours = Object.values(scripts).filter((command) => command.includes('scripts/'));
    expect(ours.length).toBeGreaterThan(5);
    expect(ours.filter((it) => !it.startsWith(`node -r ./scripts/${GUARD} `))).toEqual([]);
    const code = readFileSync(join(ROOT, 'scripts', GUARD), 'utf8').replace(/\/[/*].*/g, '');
    expect(code).not.toMatch(/\b(const|let|import)\b|=>|`|\?\?|\?\./);
  });
});
