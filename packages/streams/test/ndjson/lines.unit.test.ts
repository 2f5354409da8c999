import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLineSplitter, type Line } from '../../src/ndjson/lines.ts';

const texts = (lines: readonly Line[]): unknown[] =>
  lines.map((line) => [line.number, line.kind === 'line' ? line.text : line.reason]);

const split = (bytes: Buffer, maxBytes?: number): unknown[] => {
  const splitter = createLineSplitter(maxBytes);
  return texts([...splitter.push(bytes), ...splitter.end()]);
};

describe('a file split into lines', () => {
  it('keeps line numbers over blank lines, drops CR and the byte order mark', () => {
    expect(split(Buffer.from('\ufeff{"a":1}\r\n\r\n  \n{"b":2}\n'))).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
    ]);
  });

  it('takes the last line without a line break', () => {
    expect(split(Buffer.from('a\nb'))).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('names what is no UTF-8 instead of repairing it', () => {
    expect(split(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toEqual([
      [1, 'the line is not UTF-8'],
      [2, 'b'],
    ]);
  });

  it('passes over a line that is too long and reads the next', () => {
    expect(split(Buffer.from(`${'x'.repeat(11)}\n${'y'.repeat(10)}\n`), 10)).toEqual([
      [1, 'the line is longer than 10 bytes'],
      [2, 'y'.repeat(10)],
    ]);
  });

  it('gives the same lines however the bytes are cut into chunks', () => {
    const bytes = Buffer.from('{"a":"ä€😀"}\r\n\n{"b":2}\nlast');
    const whole = split(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const splitter = createLineSplitter();
        const lines = at.slice(1).flatMap((end, n) => splitter.push(bytes.subarray(at[n], end)));
        expect(texts([...lines, ...splitter.end()])).toEqual(whole);
      }),
    );
  });

  it('holds half a line back, and gives it once when it is whole', () => {
    const splitter = createLineSplitter();
    splitter.push(Buffer.from('{"a":{"b":1}'));
    expect(splitter.endIfWhole()).toEqual([]);
    splitter.push(Buffer.from('}'));
    expect(texts(splitter.endIfWhole())).toEqual([[1, '{"a":{"b":1}}']]);
    expect(texts(splitter.push(Buffer.from('\n{"c":1}\n')))).toEqual([[3, '{"c":1}']]);
  });
});
