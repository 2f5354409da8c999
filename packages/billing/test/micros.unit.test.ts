import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { fromMillis, micros, parseIso, toIso, toMillis, whyNoInstant } from '../src/index.ts';
import { CASES } from './cycles.ts';

describe('instants', () => {
  it('survive their text', () => {
    // The years the type promises: 1684 to 2255.
    const any = fc.integer({ min: -9_000_000_000_000_000, max: 9_000_000_000_000_000 });
    fc.assert(
      fc.property(any, (value) => {
        const at = micros(value);
        expect(parseIso(toIso(at))).toBe(at);
      }),
      CASES,
    );
  });

  it.each([
    ['2026-11-23T10:00:00Z', Date.UTC(2026, 10, 23, 10) * 1_000],
    ['2026-11-23T10:00:00.123456Z', Date.UTC(2026, 10, 23, 10) * 1_000 + 123_456],
    ['2026-11-23T10:00:00.1Z', Date.UTC(2026, 10, 23, 10) * 1_000 + 100_000],
    ['2026-11-23t10:00:00z', Date.UTC(2026, 10, 23, 10) * 1_000],
    ['2026-11-23 10:00Z', Date.UTC(2026, 10, 23, 10) * 1_000],
    ['2026-11-23T10:00:00+05:30', Date.UTC(2026, 10, 23, 4, 30) * 1_000],
    ['2026-11-10T00:00:00-05:00', Date.UTC(2026, 10, 10, 5) * 1_000],
    ['2026-11-23T10:00+14:00', Date.UTC(2026, 10, 22, 20) * 1_000],
    ['1969-12-31T23:59:59.999999Z', -1],
  ])('read %s', (text, expected) => {
    expect(parseIso(text)).toBe(expected);
  });

  it.each([
    '',
    'now',
    '2026-02-29T00:00:00Z',
    '2026-11-23',
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-23T25:00:00Z',
    '2026-11-23T10:60:00Z',
    '2026-11-23T10:00:61Z',
    '2026-11-23T10:00:00+25:00',
    '2026-11-23T10:00:00.Z',
    '2026-11-23T10:00:00.1234567Z',
    '2026-11-23T10:00:00,5Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T10:00:00+02',
    '2026-11-23T10:00:00-0800',
    '2026-11-23T10:00:00+24:00',
    '2026-11-23T10:00:00-05:60',
    '2026-11-23T10:00:00Z ',
    '2026-11-23T10',
    // Without a zone it names no instant.
    '2026-11-23T10:00:00',
    '1763892000',
    '9999-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
  ])('refuse %j', (text) => {
    expect(parseIso(text)).toBeNull();
  });

  it.each([
    [
      '2026-11-10',
      /^is a date alone, which names no instant: write .*"2026-11-10T00:00:00-05:00"$/,
    ],
    ['2026-11-10T10:00', /^is a time without a zone, which names no instant: write .*-05:00"$/],
    ['2026-11-10 10:00:00.123', /^is a time without a zone/],
    ['2026-11-10T10:00:00.1234567Z', /^must have at most six fraction digits of a second$/],
    [`2026-11-10T10:00:00.${'1'.repeat(1_000)}`, /^must have at most six fraction digits/],
  ])('say why %j is none, and what to write', (text, why) => {
    expect(whyNoInstant(text)).toMatch(why);
  });

  it.each(['', 'now', '2026-13-01T00:00:00Z', '1763892000'])('say nothing of %j', (text) => {
    expect(whyNoInstant(text)).toBeNull();
  });

  it.each([
    [0, '1970-01-01T00:00:00Z'],
    [1, '1970-01-01T00:00:00.000001Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [1_500_000, '1970-01-01T00:00:01.500000Z'],
  ])('%d µs are written %s', (value, text) => {
    expect(toIso(micros(value))).toBe(text);
  });

  it('drop what is finer than their unit toward the past', () => {
    expect(toMillis(micros(-1))).toBe(-1);
    expect(toMillis(micros(1_999))).toBe(1);
    expect(fromMillis(1.9)).toBe(1_000);
    expect(fromMillis(-0.1)).toBe(-1_000);
  });

  it.each([1.5, Number.NaN, Infinity, 2 ** 53])('refuse the number %d', (value) => {
    expect(() => micros(value)).toThrow(RangeError);
  });
});
