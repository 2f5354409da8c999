import { isUtf8 } from 'node:buffer';
import { ContractError, NOT_UNICODE } from '../reading.ts';

/**
 * Where a value's bytes are read. Nothing is trusted before it was found to fit: a length or a count that
 * announces more than there is throws Misfit, and memory is only taken for bytes that are there.
 */
export interface Cursor {
  readonly bytes: Buffer;
  position: number;
  /** Records and entries that may still be begun: work stays in proportion to the bytes, also for types that take none. */
  fuel: number;
  /** Records around the cursor. */
  depth: number;
}

export const cursorAt = (bytes: Buffer, position: number): Cursor => ({
  bytes,
  position,
  fuel: FUEL_AT_LEAST + FUEL_PER_BYTE * bytes.length,
  depth: 0,
});

const FUEL_AT_LEAST = 1_000;
const FUEL_PER_BYTE = 4;
const DEPTH_MAX = 1_000;

/** The bytes are no value of their schema. */
export class Misfit extends Error {}

export const bytesRemaining = (cursor: Cursor): number => cursor.bytes.length - cursor.position;

export function skipBytes(cursor: Cursor, size: number): void {
  if (size < 0 || size > bytesRemaining(cursor)) throw new Misfit();
  cursor.position += size;
}

export const skipSized = (cursor: Cursor): void => {
  skipBytes(cursor, readLong(cursor));
};

export function enterRecord(cursor: Cursor): void {
  cursor.depth += 1;
  cursor.fuel -= 1;
  if (cursor.depth > DEPTH_MAX || cursor.fuel < 0) throw new Misfit();
}

export const leaveRecord = (cursor: Cursor): void => {
  cursor.depth -= 1;
};

const LONG_BYTES_MAX = 10;

/** A zigzag number of at most 64 bits; exact where `fitsLong` says so. */
export function readLong(cursor: Cursor): number {
  const { bytes } = cursor;
  let byte = bytes[cursor.position];
  if (byte === undefined) throw new Misfit();
  cursor.position += 1;
  const isNegative = (byte & 1) === 1;
  let value = byte & 0x7f;
  let scale = 128;
  for (let taken = 2; byte >= 0x80; taken += 1) {
    byte = bytes[cursor.position];
    // The tenth byte has room for the last bit only.
    if (byte === undefined || (taken === LONG_BYTES_MAX && byte > 1)) throw new Misfit();
    cursor.position += 1;
    value += (byte & 0x7f) * scale;
    scale *= 128;
  }
  return isNegative ? -(value + 1) / 2 : value / 2;
}

const INT_MAX = 2 ** 31 - 1;

export function readInt(cursor: Cursor): number {
  const value = readLong(cursor);
  if (value > INT_MAX || value < -INT_MAX - 1) throw new Misfit();
  return value;
}

/** A zigzag number, exact whatever its size. */
export function readBigLong(cursor: Cursor): bigint {
  const start = cursor.position;
  const near = readLong(cursor);
  if (Math.abs(near) < 2 ** 50) return BigInt(near);
  let value = 0n;
  for (let at = cursor.position - 1; at >= start; at -= 1) {
    value = (value << 7n) | BigInt((cursor.bytes[at] ?? 0) & 0x7f);
  }
  return (value & 1n) === 0n ? value >> 1n : -((value + 1n) >> 1n);
}

export function readBoolean(cursor: Cursor): boolean {
  const byte = cursor.bytes[cursor.position];
  if (byte === undefined || byte > 1) throw new Misfit();
  cursor.position += 1;
  return byte === 1;
}

export function readBytes(cursor: Cursor, size: number): Buffer {
  const start = cursor.position;
  skipBytes(cursor, size);
  return cursor.bytes.subarray(start, cursor.position);
}

/** The text that bytes spell in UTF-8. Throws ContractError when they spell none: two ids must not become one. */
export function readText(cursor: Cursor): string {
  const size = readLong(cursor);
  const start = cursor.position;
  skipBytes(cursor, size);
  return (
    (size <= SHORT_MAX ? asciiText(cursor.bytes, start, cursor.position) : null) ??
    utf8Text(cursor.bytes, start, cursor.position)
  );
}

/** Up to this length a loop over the bytes is cheaper than a call out of JavaScript; V8 joins the pieces at once. */
const SHORT_MAX = 12;

function asciiText(bytes: Buffer, start: number, end: number): string | null {
  let text = '';
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80) return null;
    text += String.fromCharCode(byte);
  }
  return text;
}

function utf8Text(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // A replacement character stands for bytes that are no UTF-8, or for itself.
  if (text.includes('\ufffd') && !isUtf8(bytes.subarray(start, end))) {
    throw new ContractError(NOT_UNICODE);
  }
  return text;
}

/**
 * Lists and maps: blocks of entries, ended by an empty one; a negative count comes with its size in bytes.
 * `into` is what `entry` adds to.
 */
export function readBlocks<Into>(
  cursor: Cursor,
  into: Into,
  entry: (cursor: Cursor, into: Into) => void,
): void {
  for (let count = readLong(cursor); count !== 0; count = readLong(cursor)) {
    const end = count < 0 ? endOfBlock(cursor) : null;
    const entries = Math.abs(count);
    if (entries > cursor.fuel) throw new Misfit();
    cursor.fuel -= entries;
    for (let done = 0; done < entries; done += 1) entry(cursor, into);
    if (end !== null && cursor.position !== end) throw new Misfit();
  }
}

function endOfBlock(cursor: Cursor): number {
  const size = readLong(cursor);
  if (size < 0 || size > bytesRemaining(cursor)) throw new Misfit();
  return cursor.position + size;
}
