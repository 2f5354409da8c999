import { describe, expect, it } from '@jest/globals';
import { type Command } from 'commander';
import { createProgram } from '../src/program.ts';

/** These ask no server: one runs until it is stopped, the other only computes. */
const ASKS_NOBODY = ['start', 'token'];

const leaves = (command: Command, path: readonly string[] = []): readonly [string, Command][] =>
  command.commands.length === 0
    ? [[path.join(' '), command]]
    : command.commands.flatMap((sub) => leaves(sub, [...path, sub.name()]));

describe('every command that asks a server', () => {
  const asking = leaves(createProgram()).filter(([name]) => !ASKS_NOBODY.includes(name));

  it.each(asking)('takes --timeout, and says the same of it in its help: %s', (_, command) => {
    expect(command.helpInformation().replace(/\s+/g, ' ')).toContain(
      '--timeout <seconds> seconds to wait for an answer, or for progress, before the command fails (default: "30")',
    );
  });

  it('is there', () => {
    expect(asking.map(([name]) => name).sort()).toEqual([
      'export',
      'generations adopt',
      'generations list',
      'generations prune',
      'history accept',
      'history list',
      'parked accept',
      'parked list',
      'parked show',
      'publish',
      'setup',
    ]);
  });
});

describe('every command', () => {
  it.each(leaves(createProgram()))('tells its exit codes once in its help: %s', (_, command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) });
    command.outputHelp();
    expect(help.match(/exit codes?:?/gi)).toEqual(['Exit codes:']);
    expect(help).toMatch(/\nExit codes: 0 .+, 1 failed.*, 2 wrong use\.\n$/);
  });

  it('of two words is not taken for another one with the same last word', () => {
    const codesOf = (path: string): string => {
      const [, command] = leaves(createProgram()).find(([name]) => name === path) ?? [];
      let help = '';
      command?.configureOutput({ writeOut: (text) => (help += text) });
      command?.outputHelp();
      return help.split('\n').at(-2) ?? '';
    };
    expect(codesOf('history accept')).toContain('also when something is refused');
    expect(codesOf('parked accept')).toBe('Exit codes: 0 done, 1 failed, 2 wrong use.');
  });
});
