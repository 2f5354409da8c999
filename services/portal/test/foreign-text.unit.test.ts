import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { foreignText, glance, isolated } from '../src/speech/foreign-text.ts';
import { HOSTILE } from './canned-hostile.ts';

const COMMANDS = [
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
];
const ENDS = [
  '\n',
  '\r',
  '\u0000',
  '\u001c',
  '\u001d',
  '\u001e',
  '\u0085',
  '\u2028',
  '\u2029',
  '\t',
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...COMMANDS, ...ENDS, 'a', '42', 'א', 'ش', '😀'), fc.string()))
  .map((parts) => parts.join(''));

describe('text that came with events', () => {
  it.each(Object.entries(HOSTILE))('commands nothing: %s', (_name, text) => {
    expect(foreignText(text)).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0085\u2028\u2029\n]/);
  });

  it.each([
    ['Müller & Söhne GmbH', 'Müller & Söhne GmbH'],
    ['株式会社\u3000白川', '株式会社\u3000白川'],
    ['חברת הענן\u200f (42)', 'חברת הענן\u200f (42)'],
    ['line\u2029end', 'line end'],
    ['\u202e42', '42'],
  ])('keeps its letters and marks: %j is %j', (text, expected) => {
    expect(foreignText(text)).toBe(expected);
  });

  it('begins one isolation and ends that one, whatever it holds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [first, ...rest] = isolated(text);
        const last = rest.pop();
        expect([first, last]).toEqual(['\u2068', '\u2069']);
        expect(rest.filter((one) => COMMANDS.includes(one) || ENDS.includes(one))).toEqual([]);
      }),
    );
  });

  it('is cut to a glance, never inside a character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 90 }), (text, lead) => {
        const cut = glance('x'.repeat(lead) + text + '😀'.repeat(60));
        expect(cut.length).toBeLessThanOrEqual(81);
        expect(cut.endsWith('…')).toBe(true);
        expect(/[\ud800-\udbff](?![\udc00-\udfff])/.test(cut.slice(lead + text.length))).toBe(
          false,
        );
      }),
    );
    expect(glance('Acme')).toBe('Acme');
  });
});
