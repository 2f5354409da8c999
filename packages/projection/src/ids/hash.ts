/** Taken once: where tests run, each look-up of a global is a call. */
const { imul } = Math;

export const HASH_BYTES = 8;

/**
 * 64 bits of an event id as eight chars 0…255, big-endian: the first half of MurmurHash3 (x86, 128 bits, seed 0) of the
 * id's UTF-16 code units, little-endian. Stored rows are looked up by it: another hash is another generation.
 */
export function idHash(id: string): string {
  const { length } = id;
  let h1 = 0;
  let h2 = 0;
  let h3 = 0;
  let h4 = 0;
  let at = 0;
  for (; at + 8 <= length; at += 8) {
    h1 ^= scrambled(pairAt(id, at), C1, 15, C2);
    h1 = imul(rotated(h1, 19) + h2, 5) + 0x561c_cd1b;
    h2 ^= scrambled(pairAt(id, at + 2), C2, 16, C3);
    h2 = imul(rotated(h2, 17) + h3, 5) + 0x0bca_a747;
    h3 ^= scrambled(pairAt(id, at + 4), C3, 17, C4);
    h3 = imul(rotated(h3, 15) + h4, 5) + 0x96cd_1c35;
    h4 ^= scrambled(pairAt(id, at + 6), C4, 18, C1);
    h4 = imul(rotated(h4, 13) + h1, 5) + 0x32ac_3b17;
  }
  // Less than a block is left; a pair of zeros changes nothing.
  h1 ^= scrambled(pairAt(id, at), C1, 15, C2) ^ (2 * length);
  h2 ^= scrambled(pairAt(id, at + 2), C2, 16, C3) ^ (2 * length);
  h3 ^= scrambled(pairAt(id, at + 4), C3, 17, C4) ^ (2 * length);
  h4 ^= scrambled(pairAt(id, at + 6), C4, 18, C1) ^ (2 * length);
  h1 = (h1 + h2 + h3 + h4) | 0;
  const second = finished(h2 + h1);
  const high = (finished(h1) + second + finished(h3 + h1) + finished(h4 + h1)) | 0;
  return bytesOf(high, second + high);
}

/** The low 32 bits of a hash, or of the hash that a row begins with: a table's address is made of them. */
export const lowHashBits = (hash: string): number =>
  ((hash.charCodeAt(4) << 24) |
    (hash.charCodeAt(5) << 16) |
    (hash.charCodeAt(6) << 8) |
    hash.charCodeAt(7)) >>>
  0;

const C1 = 0x239b_961b;
const C2 = 0xab0e_9789;
const C3 = 0x38b3_4ae5;
const C4 = 0xa1e3_8b93;

/** Two code units; those past the end count as zero. */
export function pairAt(text: string, at: number): number {
  if (at + 1 < text.length) return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
  return at < text.length ? text.charCodeAt(at) : 0;
}

export const rotated = (lane: number, by: number): number => (lane << by) | (lane >>> (32 - by));

const scrambled = (block: number, first: number, by: number, second: number): number =>
  imul(rotated(imul(block, first), by), second);

export function finished(lane: number): number {
  const once = imul(lane ^ (lane >>> 16), 0x85eb_ca6b);
  const twice = imul(once ^ (once >>> 13), 0xc2b2_ae35);
  return twice ^ (twice >>> 16);
}

// Not spread: this is a hot path.
const bytesOf = (high: number, low: number): string =>
  String.fromCharCode(
    high >>> 24,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    (low >>> 24) & 255,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
