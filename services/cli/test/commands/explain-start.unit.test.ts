import { describe, expect, it } from '@jest/globals';
import { explainStart } from '../../src/commands/explain-start.ts';

/** Errors as Node gives them. */
const failure = (code: string, syscall: string, path?: string): Error =>
  Object.assign(new Error(`${code}: no, ${syscall}`), { code, syscall, path });

describe('a start that fails', () => {
  it.each([
    [failure('EADDRINUSE', 'listen'), 'port 80 is in use', /--port 0/],
    [failure('EACCES', 'listen'), 'port 80 may not be used', /above 1023/],
    [failure('EACCES', 'mkdir', '.data/e'), '.data/e cannot be written or read (EACCES)', /--data/],
    [failure('EROFS', 'open', '.data/e'), '.data/e cannot be written or read (EROFS)', /--data/],
    [failure('ENOTDIR', 'mkdir', 'a/b'), 'a/b cannot be written or read (ENOTDIR)', /--data/],
  ])('says why and what to do (%#)', (error, why, what) => {
    const [reason, advice] = explainStart(error, 80);
    expect(reason).toBe(why);
    expect(advice).toMatch(what);
  });

  it('tells anything else as it is', () => {
    expect(explainStart(new Error('no such host'), 80)).toEqual(['no such host', null]);
    expect(explainStart(null, 80)).toEqual(['null', null]);
  });
});
