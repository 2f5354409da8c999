const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;

/**
 * The partition that Kafka's default partitioner gives a key: murmur2 of its UTF-8 bytes, made
 * positive, modulo the number of partitions. Every Kafka client must agree on it.
 */
export const defaultPartition = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;

function murmur2(bytes: Buffer): number {
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ bytes.length;
  for (let index = 0; index < whole; index += 4) {
    let part = Math.imul(bytes.readInt32LE(index), MULTIPLIER);
    part = Math.imul(part ^ (part >>> SHIFT), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ part;
  }
  if (bytes.length > whole) {
    const rest = bytes.readUIntLE(whole, bytes.length - whole);
    hash = Math.imul(hash ^ rest, MULTIPLIER);
  }
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
