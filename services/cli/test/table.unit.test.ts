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
});
