import { undecodable, type Undecodable } from './undecodable.ts';

/** A larger value is parked undecoded: no billing event is that large, and one value must not hold a core. */
export const VALUE_BYTES_MAX = 5_000_000;

/** The Confluent wire format: a zero byte, the schema id as four bytes big-endian, the Avro value. */
export const WIRE_HEADER_BYTES = 5;
const MAGIC_BYTE = 0;

export type WireHeader = { readonly kind: 'header'; readonly schemaId: number } | Undecodable;

/** Reads the header of a message's value; `too_large`, `too_short` or `wrong_magic_byte` otherwise. */
export function readWireHeader(value: Buffer): WireHeader {
  const size = value.length;
  if (size > VALUE_BYTES_MAX) {
    return undecodable('too_large', null, `${size} bytes; at most ${VALUE_BYTES_MAX} are read`);
  }
  if (size < WIRE_HEADER_BYTES) {
    return undecodable('too_short', null, `${size} bytes; the wire header alone takes 5`);
  }
  const magic = value[0] ?? 0;
  if (magic !== MAGIC_BYTE) {
    return undecodable('wrong_magic_byte', null, `the first byte is ${magic} instead of 0`);
  }
  return { kind: 'header', schemaId: value.readUInt32BE(1) };
}

/** A header followed by an Avro value. */
export function writeWire(schemaId: number, avro: Uint8Array): Buffer {
  const header = Buffer.alloc(WIRE_HEADER_BYTES);
  header.writeUInt32BE(schemaId, 1);
  return Buffer.concat([header, avro]);
}
