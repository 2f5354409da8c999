import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUnpacker } from '../../src/ndjson/unpack.ts';

/** What comes out of the bytes, given in chunks of one size, and what is said of the rest. */
function unpack(packed: Buffer, chunkBytes = 16_384) {
  const unpacker = createUnpacker();
  const parts: Buffer[] = [];
  for (let at = 0; at < packed.length; at += chunkBytes) {
    parts.push(...unpacker.push(packed.subarray(at, at + chunkBytes)));
  }
  const largest = Math.max(0, ...parts.map(({ length }) => length));
  return {
    bytes: Buffer.concat(parts),
    largest,
    fault: unpacker.fault(),
    isOpen: unpacker.isOpen(),
  };
}

const text = (bytes: Buffer): string => bytes.toString('latin1');
const member = (content: string | Buffer): Buffer => gzipSync(content);

describe('a gzip archive', () => {
  const one = 'first line\n'.repeat(50);
  const two = 'second line\n'.repeat(50);
  const both = Buffer.concat([member(one), member(two)]);

  it.each([1, 7, 64, 16_384])('of several members is read whole, in chunks of %i', (chunkBytes) => {
    const { bytes, fault, isOpen } = unpack(both, chunkBytes);
    expect([text(bytes), fault, isOpen]).toEqual([one + two, null, false]);
  });

  it.each([
    ['garbage', Buffer.from('garbage'), 'what follows the gzip archive is no gzip'],
    ['half a magic number', Buffer.from([0x1f]), null],
    ['the padding of a tape', Buffer.alloc(10_240), null],
    [
      'padding and garbage',
      Buffer.from('\0\0\0garbage'),
      'what follows the gzip archive is no gzip',
    ],
    [
      'a member that is no deflate',
      Buffer.from([0x1f, 0x8b, 9, 0]),
      'what follows the gzip archive is no gzip',
    ],
  ])('keeps all its lines with %s behind it', (_name, behind, fault) => {
    for (const chunkBytes of [1, 5, 16_384]) {
      const found = unpack(Buffer.concat([both, behind]), chunkBytes);
      expect([text(found.bytes), found.fault]).toEqual([one + two, fault]);
    }
  });

  it('keeps the members before one that is broken, and what that one holds before the fault', () => {
    const content = Buffer.from(randomBytes(3_000).toString('hex'));
    const second = member(content);
    second[second.length - 100] = (second[second.length - 100] ?? 0) ^ 0xff;
    const { bytes, fault } = unpack(Buffer.concat([member(one), second]));
    expect(fault).toMatch(/^the archive(’s checksum is wrong| is damaged)/);
    expect(text(bytes).startsWith(one)).toBe(true);
    const wellBefore = text(content.subarray(0, 5_000));
    expect(text(bytes).slice(one.length)).toContain(wellBefore);
  });

  it('keeps everything when only its checksum is wrong', () => {
    const packed = member(one);
    packed[packed.length - 8] = (packed[packed.length - 8] ?? 0) ^ 1;
    const { bytes, fault } = unpack(packed);
    expect([text(bytes), fault]).toEqual([
      one,
      'the archive’s checksum is wrong, so what was read may be damaged',
    ]);
  });

  it('gives a beginning of its content for any beginning of its bytes', () => {
    const content = fc.array(fc.uint8Array({ maxLength: 3_000 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(content, fc.nat(), fc.integer({ min: 1, max: 500 }), (parts, at, chunkBytes) => {
        const packed = Buffer.concat(parts.map((part) => member(Buffer.from(part))));
        const cut = packed.subarray(0, at % (packed.length + 1));
        const whole = gunzipSync(packed);
        const { bytes, fault } = unpack(cut, chunkBytes);
        expect(fault).toBeNull();
        expect(bytes.equals(whole.subarray(0, bytes.length))).toBe(true);
        if (cut.length === packed.length) expect(bytes).toHaveLength(whole.length);
      }),
    );
  });

  it('keeps the first member whatever is damaged in the second, and never throws', () => {
    const packed = Buffer.concat([member(one), member(randomBytes(500).toString('hex'))]);
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(packed);
        damaged[at] = (damaged[at] ?? 0) ^ change;
        const { bytes } = unpack(damaged);
        if (at > member(one).length) expect(text(bytes).startsWith(one)).toBe(true);
      }),
    );
  });

  it('of 100 MB of zeros comes in small pieces', () => {
    const unpacker = createUnpacker();
    let total = 0;
    let largest = 0;
    for (const piece of unpacker.push(member(Buffer.alloc(100_000_000)))) {
      total += piece.length;
      largest = Math.max(largest, piece.length);
    }
    expect([total, largest]).toEqual([100_000_000, 65_536]);
  });
});
