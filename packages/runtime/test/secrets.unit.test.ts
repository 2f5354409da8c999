import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { describeConfig, readConfig } from '../src/config.ts';
import { checkedText } from '../src/variables.ts';
import { fileText, secret, tokenFile } from '../src/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const written = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const pipe = (): string => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return path;
};

const SHAPE = {
  PIN: secret(checkedText((text) => (text.length < 8 ? 'is too short' : null)).describe('the pin')),
  WORD: secret(z.string().optional().describe('a word')),
  PLAIN: z.string().optional().describe('no secret'),
};
const read = (environment: Record<string, string>) =>
  readConfig(SHAPE, { PIN: 'long-enough', ...environment });
const problems = (environment: Record<string, string>) => {
  const outcome = read(environment);
  return outcome.kind === 'invalid' ? outcome.problems : [];
};

describe('a secret from a file', () => {
  it.each([
    ['as it is', 'hunter22'],
    ['without the line break at its end', 'hunter22\n'],
    ['without the line break of Windows', 'hunter22\r\n'],
  ])('is taken %s', (_, text) => {
    expect(read({ WORD_FILE: written('word', text) })).toMatchObject({
      config: { WORD: 'hunter22' },
    });
  });

  it('keeps spaces and all but the last line break: they may belong to it', () => {
    const WORD_FILE = written('word', ' hunter\n22 \n\n');
    expect(read({ WORD_FILE })).toMatchObject({ config: { WORD: ' hunter\n22 \n' } });
  });

  it('fulfils a variable that must be set, and is checked by its rule under the name that was used', () => {
    expect(read({ PIN: '', PIN_FILE: written('pin', 'hunter22') })).toMatchObject({
      config: { PIN: 'hunter22' },
    });
    expect(problems({ PIN: '', PIN_FILE: written('pin', 'short') })).toEqual([
      'PIN_FILE: is too short',
    ]);
  });

  it.each([
    ['is not there', () => join(folder, 'none'), 'the file cannot be read (ENOENT)'],
    ['never ends', () => '/dev/zero', 'it is no plain file'],
    ['is a pipe that nobody writes to', pipe, 'it is no plain file'],
    ['is a folder', () => folder, 'the file cannot be read (EISDIR)'],
    ['is empty', () => written('empty', ''), 'the file is empty'],
    ['holds nothing but a line break', () => written('blank', ' \n'), 'the file is empty'],
    [
      'is too large for one',
      () => written('large', 'x'.repeat(300_000)),
      'the file is larger than 262144 bytes',
    ],
  ])('is refused by name when the file %s', (_, path, problem) => {
    expect(problems({ PIN: '', PIN_FILE: path() })).toEqual([`PIN_FILE: ${problem}`]);
  });

  it('is refused when it is given both ways, without either value', () => {
    expect(problems({ WORD: 'hunter22', WORD_FILE: written('word', 'hunter33') })).toEqual([
      'WORD_FILE: WORD is set, too; set one of them',
    ]);
  });

  it('is no way for what is no secret', () => {
    expect(read({ PLAIN_FILE: written('plain', 'x') })).toEqual({
      kind: 'valid',
      config: { PIN: 'long-enough' },
    });
  });

  it('is told of in the help', () => {
    expect(describeConfig(SHAPE).split('\n')).toEqual([
      '  PIN    the pin; or PIN_FILE, a file that holds it',
      '  WORD   a word; or WORD_FILE, a file that holds it',
      '  PLAIN  no secret',
    ]);
  });
});

describe('a variable that names a file', () => {
  it('gives what is in it, or the name of the variable', () => {
    const shape = { PEM: fileText().optional() };
    expect(readConfig(shape, { PEM: written('pem', 'text\n') })).toMatchObject({
      config: { PEM: 'text' },
    });
    expect(readConfig(shape, { PEM: join(folder, 'none') })).toEqual({
      kind: 'invalid',
      problems: ['PEM: the file cannot be read (ENOENT)'],
    });
  });

  it('gives the token that is in it now, at each use', () => {
    const path = written('token', 'first\n');
    const outcome = readConfig({ TOKEN_FILE: tokenFile('TOKEN_FILE') }, { TOKEN_FILE: path });
    const token = outcome.kind === 'valid' ? outcome.config.TOKEN_FILE : () => '';
    expect(token()).toBe('first');
    written('token', 'second');
    expect(token()).toBe('second');
    rmSync(path);
    expect(token).toThrow('TOKEN_FILE: the file cannot be read (ENOENT)');
  });
});
