import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { idHash, lowHashBits } from '../../src/index.ts';

/**
 * Made with the C++ reference of MurmurHash3_x86_128 (seed 0) over the ids in UTF-16LE, its first two words. Stored rows
 * are found by these: a change here is a change of everything stored.
 */
const KNOWN: readonly (readonly [id: string, hash: string])[] = [
  ['', '0000000000000000'],
  ['a', '033bb196ccef4fe1'],
  ['ab', '260fb953af22b6fd'],
  ['abc', '2b5b97a320f75fb5'],
  ['tour-1', 'fa330e8f880025c0'],
  ['1234567', 'eb59bef17c5a5c1c'],
  ['12345678', '083fc1f2e182fa4f'],
  ['123456789', '0ae17570d324424a'],
  ['55624c82-365d-8ee1-af9f-4b3fabe4cef8', 'fd79693a206de6b6'],
  ['00000000-0000-4000-8000-000000000001', '8b6273e2058822a5'],
  ['00000000-0000-4000-8000-000000000002', '45ce1b3aff449379'],
  ['Äpfel', '73450d6fe48767b4'],
  ['ÿ', 'ef79e1d44738b6f7'],
  ['漢字', 'c253b385bfabb0a9'],
  ['😀', 'f538b0547930b89f'],
  ['\u{10ffff}x', 'd75bc7eadc0ebcf6'],
  ['\0', '04a872bbedcd774b'],
  ['\0\0', 'cc066f1f9e517840'],
  ['x'.repeat(200), '6ef48144a6583603'],
];

const hexOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');

describe('the hash of an event id', () => {
  it.each(KNOWN)('of %j is what it always was', (id, hash) => {
    expect(hexOf(idHash(id))).toBe(hash);
    expect(lowHashBits(idHash(id))).toBe(parseInt(hash.slice(8), 16));
  });

  it('is eight bytes for any text, lone surrogates too', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 0xffff }), { maxLength: 40 }), (units) => {
        const hash = idHash(String.fromCharCode(...units));
        expect(hash).toHaveLength(8);
        expect(Buffer.from(hash, 'latin1').toString('latin1')).toBe(hash);
      }),
    );
  });

  it.each([
    ['that count up', (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`],
    ['that are short numbers', String],
    ['in hexadecimal, counted from the front', (n: number) => `${n.toString(16)}-tail`],
    ['of one repeated letter', (n: number) => 'a'.repeat(n % 256) + 'b'.repeat(n >> 8)],
  ])('spreads ids %s evenly over every bit', (_, idOf) => {
    const count = 2 ** 14;
    const hashes = Array.from({ length: count }, (_, n) => idHash(idOf(n)));
    expect(new Set(hashes).size).toBe(count);
    const bits = hashes.map((hash) =>
      BigInt(`0x${hexOf(hash)}`)
        .toString(2)
        .padStart(64, '0'),
    );
    // A fair coin thrown so often lies this far from the half once in 10¹⁵.
    const far = 4 * Math.sqrt(count);
    for (let bit = 0; bit < 64; bit += 1) {
      const ones = bits.filter((text) => text[bit] === '1').length;
      expect(Math.abs(ones - count / 2)).toBeLessThan(far);
    }
  });

  it('fills the 256 shards of a table about equally', () => {
    const sizes = new Map<number, number>();
    for (let n = 0; n < 256 * 64; n += 1) {
      const shard = lowHashBits(idHash(`event-${n}`)) % 256;
      sizes.set(shard, (sizes.get(shard) ?? 0) + 1);
    }
    expect(sizes.size).toBe(256);
    // Six standard deviations of a Poisson distribution with mean 64.
    expect(Math.max(...sizes.values())).toBeLessThan(64 + 48);
    expect(Math.min(...sizes.values())).toBeGreaterThan(64 - 48);
  });
});
