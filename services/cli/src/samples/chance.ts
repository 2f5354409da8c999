import { createHash } from 'node:crypto';

/** A UUID made from a name: the same sample has the same id on every start. */
export function uuidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  // Version 8 (made by the application) and the RFC 9562 variant.
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32). */
export function seededRandom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `total` cut into `parts` whole shares of uneven size that add up to it exactly. */
export function shares(total: number, parts: number, random: () => number): readonly number[] {
  const weights = Array.from({ length: parts }, () => 0.35 + random());
  const sum = weights.reduce((a, b) => a + b, 0);
  let given = 0;
  let reached = 0;
  return weights.map((weight, index) => {
    reached += weight;
    const upTo = index === parts - 1 ? total : Math.floor((total * reached) / sum);
    const share = upTo - given;
    given = upTo;
    return share;
  });
}
