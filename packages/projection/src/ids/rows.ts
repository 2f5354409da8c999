import { dayOf } from '@portal/billing';
import { FIRST_INSTANT } from '../range.ts';
import { HASH_BYTES } from './hash.ts';

/**
 * A seen event id is a row of 13 bytes; a shard of a table is its rows one behind the other, sorted by their hashes:
 *
 *     hash of the id, 64 bits │ day, 18 bits │ hash of the content, 22 bits        all big-endian
 *
 * Bytes are the chars 0…255 of a text. In the bytes days count from `FIRST_DAY` on, everywhere else they are those of
 * `dayOf`. No two rows of a shard have the same hash, so equal sets of rows are equal bytes. A row whose day is not kept
 * any more is dead: it counts for nothing, wherever it still lies.
 */
export const ROW_BYTES = 13;

/** A shard that holds more is refused: tables deal rows out by the bits of their hashes, some 64 to each shard. */
export const SHARD_ROWS_MAX = 255;

/**
 * One change assumes no more rows than these: Redis takes some 8 µs to add one, and serves nobody meanwhile. Who has
 * more loads the shards.
 */
export const ASSUMED_ROWS_MAX = 1_000;

/** Rows to be added to shards nobody has looked into, by number of the shard: for event ids that are taken for absent. */
export type AssumedIds = ReadonlyMap<number, readonly string[]>;

/** The side field of a record that holds a shard. */
export const shardField = (shard: number): string => `d:${shard}`;
export const isIdField = (name: string): boolean => name.startsWith('d:');
export const shardNumber = (field: string): number => Number(field.slice('d:'.length));
export const isShardField = (name: string): boolean => name.startsWith('d:');

/** The first day that an event may name. */
export const FIRST_DAY = dayOf(FIRST_INSTANT);

export interface SeenId {
  readonly day: number;
  /** As `contentBits` gives it. */
  readonly content: number;
}

/** 22 bits of the fingerprint that `contentOf` made: they tell a duplicate from a conflict. */
export const contentBits = (content: number): number => content % CONTENTS;

/** Throws RangeError when a part does not fit. */
export function idRow(hash: string, day: number, content: number): string {
  if (hash.length !== HASH_BYTES) throw new RangeError(`${hash.length} bytes are no hash`);
  const stored = day - FIRST_DAY;
  if (!isBelow(DAYS, stored)) throw new RangeError(`no row can hold the day ${day}`);
  if (!isBelow(CONTENTS, content)) throw new RangeError(`no row can hold the content ${content}`);
  const low = ((stored & 1023) << 22) | content;
  return (
    hash +
    String.fromCharCode(stored >>> 10, low >>> 24, (low >>> 16) & 255, (low >>> 8) & 255, low & 255)
  );
}

/** Whether a text can be a shard, as far as its length tells. */
export const isShard = (text: string): boolean => text.length % ROW_BYTES === 0;

/** Dead or not; null when no row has this hash. */
export function findRow(shard: string, hash: string): SeenId | null {
  const at = placeFor(shard, hash);
  return shard.startsWith(hash, at) ? seenAt(shard, at) : null;
}

/** The shard with this row; one of the same hash gives way to it. */
export function insertRow(shard: string, row: string): string {
  const at = placeFor(shard, row);
  const isThere = shard.startsWith(row.slice(0, HASH_BYTES), at);
  return shard.slice(0, at) + row + shard.slice(isThere ? at + ROW_BYTES : at);
}

/** The shard without the rows of days before `since`. */
export function liveRows(shard: string, since: number): string {
  const rows = rowsOf(shard);
  const live = rows.filter((row) => seenAt(row, 0).day >= since);
  return live.length === rows.length ? shard : live.join('');
}

export function rowsOf(shard: string): readonly string[] {
  return Array.from({ length: countRows(shard) }, (_, row) =>
    shard.slice(row * ROW_BYTES, (row + 1) * ROW_BYTES),
  );
}

/** Throws RangeError when the text is no shard. */
export function countRows(shard: string): number {
  if (!isShard(shard)) throw new RangeError(`${shard.length} bytes are no whole rows`);
  return shard.length / ROW_BYTES;
}

const DAYS = 2 ** 18;
const CONTENTS = 2 ** 22;

const isBelow = (limit: number, value: number): boolean =>
  Number.isInteger(value) && value >= 0 && value < limit;

function seenAt(shard: string, at: number): SeenId {
  const byte = (index: number): number => shard.charCodeAt(at + HASH_BYTES + index);
  const low = (byte(1) << 24) | (byte(2) << 16) | (byte(3) << 8) | byte(4);
  return { day: FIRST_DAY + ((byte(0) << 10) | (low >>> 22)), content: low & (CONTENTS - 1) };
}

/** Where the first row begins whose hash is not below that of `key`, a hash or a row. */
function placeFor(shard: string, key: string): number {
  let low = 0;
  let high = countRows(shard);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isHashBelow(shard, middle * ROW_BYTES, key)) low = middle + 1;
    else high = middle;
  }
  return low * ROW_BYTES;
}

function isHashBelow(shard: string, at: number, key: string): boolean {
  for (let index = 0; index < HASH_BYTES; index += 1) {
    const difference = shard.charCodeAt(at + index) - key.charCodeAt(index);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
