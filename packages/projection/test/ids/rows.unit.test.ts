import { describe, expect, it } from '@jest/globals';
import { dayOf } from '@portal/billing';
import fc from 'fast-check';
import {
  contentBits,
  countRows,
  FIRST_DAY,
  findRow,
  idRow,
  insertRow,
  isShard,
  LAST_INSTANT,
  liveRows,
  ROW_BYTES,
  rowsOf,
} from '../../src/index.ts';
import { contentOf } from '../../src/fingerprint.ts';

const hexOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('hex');
const bytesOf = (hex: string): string => Buffer.from(hex, 'hex').toString('latin1');

/** Few enough bytes that hashes share their beginnings, and both sides of 0x80 are met. */
const hash = fc
  .array(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), { minLength: 8, maxLength: 8 })
  .map((bytes) => bytesOf(Buffer.from(bytes).toString('hex')));
/** Counted from 1970; 1830 lies 140 years before it, 34 of them leap years. */
const DAY_OF_1830 = -(140 * 365 + 34);
const day = fc.integer({ min: DAY_OF_1830, max: DAY_OF_1830 + 2 ** 18 - 1 });
const content = fc.nat({ max: 2 ** 22 - 1 });
const seen = fc.record({ hash, day, content });

interface Seen {
  readonly hash: string;
  readonly day: number;
  readonly content: number;
}

/** The plainest way: a map, its entries in order of their hexadecimal text, the bits by BigInt. */
function plainBytes(model: ReadonlyMap<string, Seen>): string {
  return [...model.values()]
    .map(({ hash, day, content }) => {
      const last = (BigInt(day - DAY_OF_1830) << 22n) | BigInt(content);
      return hexOf(hash) + last.toString(16).padStart(10, '0');
    })
    .sort()
    .join('');
}

const shardOf = (all: readonly Seen[]): string =>
  all.reduce((shard, each) => insertRow(shard, idRow(each.hash, each.day, each.content)), '');

describe('a shard of event ids', () => {
  it('is the same bytes as a plain sorted map, and finds what that holds and nothing else', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 80 }), fc.array(hash), (inserts, others) => {
        const model = new Map(inserts.map((each) => [each.hash, each]));
        const shard = shardOf(inserts);
        expect(hexOf(shard)).toBe(plainBytes(model));
        expect(countRows(shard)).toBe(model.size);
        for (const key of [...model.keys(), ...others]) {
          const { day, content } = model.get(key) ?? { day: null, content: null };
          expect(findRow(shard, key)).toEqual(day === null ? null : { day, content });
        }
      }),
    );
  });

  it('does not depend on the order of inserts', () => {
    const rows = fc.uniqueArray(seen, { selector: (each) => each.hash, maxLength: 60 });
    const orders = rows.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(orders, ([all, shuffled]) => {
        expect(shardOf(shuffled)).toBe(shardOf(all));
      }),
    );
  });

  it('without the dead is what the living alone would be', () => {
    fc.assert(
      fc.property(fc.array(seen, { maxLength: 60 }), day, (all, since) => {
        const shard = shardOf(all);
        const model = new Map(all.map((each) => [each.hash, each]));
        const living = [...model.values()].filter((each) => each.day >= since);
        expect(liveRows(shard, since)).toBe(shardOf(living));
        expect(rowsOf(shard).join('')).toBe(shard);
      }),
    );
  });

  it('never takes a stretch inside a row, or over two rows, for a hash', () => {
    const shard = shardOf(
      [1, 2].map((n) => ({ hash: bytesOf(`000000000000000${n}`), day: 20_000, content: 0 })),
    );
    for (let at = 1; at + 8 <= shard.length; at += 1) {
      const isHash = at % ROW_BYTES === 0;
      expect([at, findRow(shard, shard.slice(at, at + 8)) !== null]).toEqual([at, isHash]);
    }
  });

  it('is refused when it is not made of whole rows', () => {
    const shard = shardOf([{ hash: bytesOf('00000000000000ff'), day: 1, content: 2 }]).slice(1);
    expect(isShard(shard)).toBe(false);
    const uses = [countRows, rowsOf, (text: string) => liveRows(text, 0)];
    for (const use of uses) expect(() => use(shard)).toThrow(RangeError);
    expect(() => findRow(shard, bytesOf('00000000000000ff'))).toThrow(RangeError);
    expect(() => insertRow(shard, idRow('12345678', 20_000, 0))).toThrow(RangeError);
  });
});

describe('a row', () => {
  it('is hash, day and content, big-endian', () => {
    const row = idRow(
      bytesOf('0123456789abcdef'),
      DAY_OF_1830 + 0b10_0000_0000_0000_0001,
      0x20_0001,
    );
    expect(row).toHaveLength(ROW_BYTES);
    expect(hexOf(row)).toBe('0123456789abcdef' + '8000600001');
  });

  it('holds every day that an event may name', () => {
    expect(FIRST_DAY).toBe(DAY_OF_1830);
    const last = dayOf(LAST_INSTANT);
    expect(findRow(idRow('12345678', last, 0), '12345678')).toEqual({ day: last, content: 0 });
  });

  it.each([
    ['a day too late', '12345678', FIRST_DAY + 2 ** 18, 0],
    ['a day too early', '12345678', FIRST_DAY - 1, 0],
    ['no day', '12345678', NaN, 0],
    ['a content that is too large', '12345678', 0, 2 ** 22],
    ['half a content', '12345678', 0, 0.5],
    ['a short hash', '1234567', 0, 0],
    ['a long hash', '123456789', 0, 0],
  ])('refuses %s', (_, hash, day, content) => {
    expect(() => idRow(hash, day, content)).toThrow(RangeError);
  });

  it('keeps the low 22 bits of a fingerprint', () => {
    expect(contentBits(5 * 2 ** 22 + 77)).toBe(77);
    expect(contentBits(2 ** 53 - 1)).toBe(2 ** 22 - 1);
    const spread = new Set(Array.from({ length: 500 }, (_, n) => contentBits(contentOf(false, n))));
    // Of 500 among four million a pair is expected 0.03 times.
    expect(spread.size).toBeGreaterThanOrEqual(499);
  });
});
