/**
 * Linear hashing: a table grows by one shard at a time, and only the rows of one other shard are dealt anew.
 *
 *     hash ──low bits──► shard 0 … n-1            shard n takes its rows from the one whose address has a bit less
 */

/** The shard of a hash in a table of so many: its lowest bits, one bit fewer where that shard is not split off yet. */
export function addressOf(hash: number, shards: number): number {
  const bits = 32 - Math.clz32(shards - 1);
  const address = hash % 2 ** bits;
  return address < shards ? address : address - 2 ** (bits - 1);
}

/** Where the shard with this number takes its rows from. */
export const sourceOf = (added: number): number => added - 2 ** (31 - Math.clz32(added));
