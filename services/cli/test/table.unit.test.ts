import { describe, expect, it } from '@jest/globals';
import { createProgress } from '../src/progress.ts';
import { createOutput } from '../src/say.ts';
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

describe('progress where nobody watches', () => {
  it('writes nothing', () => {
    const written: unknown[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk) => {
      written.push(chunk);
      return true;
    };
    try {
      const progress = createProgress(createOutput(true), 'replaying');
      progress.update(1, 2);
      progress.done();
    } finally {
      process.stderr.write = write;
    }
    expect(written).toEqual([]);
  });
});
