import { describe, expect, it } from '@jest/globals';
import { inNode } from './in-node.ts';

describe('a question', () => {
  it.each([
    ['\n', true],
    ['y\n', true],
    [' Yes \n', true],
    ['n\n', false],
    ['why?\n', false],
    ['', false],
  ])('takes %j for %s', (input, yes) => {
    expect(inNode('lib/say.mjs', `answer(await it.askYes('Install?'));`, input)).toBe(yes);
  });
});

describe('a failure', () => {
  const told = (error: string) => inNode('lib/say.mjs', `answer(it.explain(${error}));`) as string;
  const onDisk = (code: string) => `Object.assign(new Error(), { code: '${code}', path: '/x' })`;

  it.each([
    [`new it.Remedy('do this')`, 'do this'],
    [onDisk('EACCES'), '/x: this user may not write there; use a clone of your own.'],
    [onDisk('EROFS'), '/x: it is on a read-only file system; use a clone where you can write.'],
    [onDisk('ENOSPC'), '/x: the disk is full.'],
  ])('of use to its reader is told without a stack: %s', (error, words) => {
    expect(told(error)).toBe(words);
  });

  it('of ours is told with the place where it happened', () => {
    expect(told(`new TypeError('x is not a function')`)).toMatch(/^TypeError: x.*\n +at /);
  });
});
