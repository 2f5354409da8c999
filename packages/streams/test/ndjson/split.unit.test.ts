import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSplitter, type Piece } from '../../src/ndjson/split.ts';

/** `[line or [element], text or reason]` of each piece. */
const told = (pieces: readonly Piece[]): unknown[] =>
  pieces.map((piece) => {
    const { line, element } = piece.place;
    return [
      element === null ? line : [element],
      piece.kind === 'value' ? piece.text : piece.reason,
    ];
  });

const split = (bytes: Buffer | string, maxBytes?: number): unknown[] => {
  const splitter = createSplitter(maxBytes);
  return told([...splitter.push(Buffer.from(bytes)), ...splitter.end()]);
};

describe('lines of a file', () => {
  it('keep their numbers over blank lines and lose the carriage return', () => {
    expect(split('{"a":1}\r\n\r\n  \n{"b":2}\n')).toEqual([
      [1, '{"a":1}'],
      [4, '{"b":2}'],
    ]);
  });

  it('need no line break at the end', () => {
    expect(split('a\nb')).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('are named instead of repaired when they are no UTF-8', () => {
    expect(split(Buffer.from([0x61, 0xff, 0x0a, 0x62]))).toEqual([
      [1, 'the line is not UTF-8'],
      [2, 'b'],
    ]);
  });

  it('are passed over when they are too long', () => {
    expect(split(`${'x'.repeat(11)}\n${'y'.repeat(10)}\n`, 10)).toEqual([
      [1, 'the line is longer than 10 bytes'],
      [2, 'y'.repeat(10)],
    ]);
  });

  it.each([
    ['an open bracket', '{"a":{'],
    ['an open text', '{"a":"x'],
    ['an open list', '{"a":['],
    ['a missing value', '{"a":'],
    ['a comma at the end', '{"a":1,'],
    ['one bracket too many', '{"a":1}}'],
    ['a text that ends with a backslash', '{"a":"x\\'],
  ])('with %s cost themselves alone', (_name, bad) => {
    expect(split(`{"before":1}\n${bad}\n{"after":2}\n`)).toEqual([
      [1, '{"before":1}'],
      [2, bad],
      [3, '{"after":2}'],
    ]);
  });
});

describe('values printed over several lines', () => {
  const event = {
    topic: 'usage',
    value: { text: 'a } " ] \\', list: [{ a: 1 }, { b: [] }], e: {} },
  };

  it.each([2, '\t', 1])('are one value each, indented by %j', (indent) => {
    const printed = JSON.stringify(event, null, indent);
    const length = printed.split('\n').length;
    expect(split(`${printed}\n${printed}\r\n{"next":1}\n`)).toEqual([
      [1, printed],
      [1 + length, printed],
      [1 + 2 * length, '{"next":1}'],
    ]);
  });

  it('end where another begins when they are cut off', () => {
    const half = JSON.stringify(event, null, 2).split('\n').slice(0, 4).join('\n');
    expect(split(`${half}\n{"next":1}`)).toEqual([
      [1, half],
      [5, '{"next":1}'],
    ]);
  });
});

describe('elements of a JSON array', () => {
  const elements = [{ a: '],[' }, { b: [1, { c: 2 }] }, { d: '\\"' }].map((each) =>
    JSON.stringify(each),
  );
  const expected = elements.map((text, index) => [[index], text]);

  it.each([
    ['on one line', elements.join(',')],
    ['on a line each', `\n${elements.join(',\n')}\n`],
    ['with the commas in front', `\n  ${elements.join('\n, ')}\n`],
  ])('%s are one value each', (_name, inside) => {
    expect(split(`[${inside}]`)).toEqual(expected);
    expect(split(` \n[${inside}]\n[${inside}]\n`)).toEqual([...expected, ...expected]);
  });

  it('that are printed over several lines are one value each', () => {
    const list = elements.map((text): unknown => JSON.parse(text));
    const found = split(JSON.stringify(list, null, 2)) as [unknown, string][];
    expect(found.map(([, text]): unknown => JSON.parse(text))).toEqual(list);
  });

  it('that are no objects are values, too', () => {
    expect(split('[1, "a,]", null ,[2,[3]]\n, 4\n]')).toEqual([
      [[0], '1'],
      [[1], '"a,]"'],
      [[2], 'null'],
      [[3], '[2,[3]]'],
      [[4], '4'],
    ]);
  });

  it('cost themselves alone when they are broken', () => {
    expect(split('[{"a":1},{"b":2]}\n,{"c":3},\n{"d":{\n{"e":5}\n]\n{"f":6}')).toEqual([
      [[0], '{"a":1}'],
      [[1], '{"b":2]'],
      [[2], 'a comma is missing before this element'],
      [[2], '}'],
      [[3], '{"c":3}'],
      [[4], '{"d":{'],
      [[5], '{"e":5}'],
      [6, '{"f":6}'],
    ]);
  });

  it('are read though a comma, a value or the end is missing, with word of it', () => {
    expect(split('[{"a":1} {"b":2},,{"c":3}')).toEqual([
      [[0], '{"a":1}'],
      [[1], 'a comma is missing before this element'],
      [[1], '{"b":2}'],
      [[2], 'a value is missing before this comma'],
      [[2], '{"c":3}'],
      [[3], 'the array does not end'],
    ]);
  });

  it('that are too long are passed over', () => {
    expect(split(`[{"a":"${'x'.repeat(50)}"},{"b":1}]`, 20)).toEqual([
      [[0], 'the line is longer than 20 bytes'],
      [[1], '{"b":1}'],
    ]);
  });
});

describe('a file in chunks', () => {
  const samples = [
    '{"a":"ä€😀"}\r\n\n{"b":2}\nlast',
    '[{"a":"ä"},\n {"b":\n[2]},3]\n{"c":1}',
    '{\n  "a": {\n    "b": [\n      {}\n    ]\n  }\n}\n{"x":\n{"y":1}\n',
  ];

  it('gives the same values however it is cut', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ',',
      ':',
      '\n',
      ' ',
      '{"a":1}',
      'ä',
    );
    const anything = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
    const cuts = fc.array(fc.nat(100), { maxLength: 8 });
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...samples), anything), cuts, (text, places) => {
        const bytes = Buffer.from(text);
        const at = [0, ...places.map((n) => n % (bytes.length + 1)), bytes.length];
        const sorted = at.sort((a, b) => a - b);
        const splitter = createSplitter();
        const found = sorted
          .slice(1)
          .flatMap((end, n) => splitter.push(bytes.subarray(sorted[n], end)));
        expect(told([...found, ...splitter.end()])).toEqual(split(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it('never loses a good line, whatever stands between', () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '"', '\\', ',', ':', 'x', ' ', '[', ']', '{"topic":', '\n'),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 5 }), (between) => {
        const good = between.map((_, n) => `{"n":${n}}`);
        const text = between.map((parts, n) => `${parts.join('')}\n${good[n] ?? ''}\n`).join('');
        const found = split(text).map((each) => (each as [unknown, string])[1]);
        expect(found.filter((each) => good.includes(each))).toEqual(good);
      }),
    );
  });

  it('holds half a line back, and gives it once when it is whole', () => {
    const splitter = createSplitter();
    splitter.push(Buffer.from('{"a":{"b":1}'));
    expect(splitter.endIfWhole()).toEqual([]);
    splitter.push(Buffer.from('}'));
    expect(told(splitter.endIfWhole())).toEqual([[1, '{"a":{"b":1}}']]);
    expect(told(splitter.push(Buffer.from('\n{"c":1}\n')))).toEqual([[2, '{"c":1}']]);
  });

  it('keeps nothing of a value that is too long, however deep it goes', () => {
    const splitter = createSplitter(1_000);
    expect(splitter.push(Buffer.from('[{"a":'.repeat(100_000)))).toEqual([]);
    expect(told(splitter.end())).toEqual([
      [[0], 'the line is longer than 1000 bytes'],
      [[1], 'the array does not end'],
    ]);
  });
});
