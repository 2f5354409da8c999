import { describe, expect, it } from '@jest/globals';
import { table } from '../src/table.ts';

/** Colours are for terminals; the words must line up without them. */
const plain = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/\u001b\[[0-9;]*m/g, '');

describe('a table', () => {
  it('lines its columns up under their names, without a frame', () => {
    const lines = plain(
      table(
        ['what', 'name'],
        [
          ['topic', 'billing.usage'],
          ['schema', 'x'],
        ],
      ),
    )
      .split('\n')
      .map((line) => line.trimEnd());
    expect(lines).toEqual(['what    name', 'topic   billing.usage', 'schema  x']);
  });

  it('gives wide characters the room they take', () => {
    const [first, second] = plain(
      table(
        ['a', 'b'],
        [
          ['白川', 'x'],
          ['four', 'x'],
        ],
      ),
    )
      .split('\n')
      .slice(1);
    expect([first?.trimEnd(), second?.trimEnd()]).toEqual(['白川  x', 'four  x']);
  });

  it.each([
    ['clears the screen', '\u001b[2Jgone'],
    ['does so in one character', '\u009b2Jgone'],
    ['writes a line of its own', 'gone\nready in 0.1 s'],
    ['goes back to the beginning', 'gone\rready'],
    ['ends a line in Unicode', 'gone\u2028ready'],
    ['reads from the right', '\u202egone'],
  ])('keeps what a name must not do: it %s', (_name, text) => {
    const [, line, ...more] = plain(table(['name'], [[text]])).split(/[\n\u2028]/);
    expect(more).toEqual([]);
    // eslint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    expect(line).toContain('gone');
  });

  it('is not as wide as the longest name there may be', () => {
    const [, line] = plain(table(['name'], [['白'.repeat(1_000)]])).split('\n');
    expect(line?.trimEnd()).toBe(`${'白'.repeat(59)}…`);
  });
});
