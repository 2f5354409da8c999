import { isUtf8 } from 'node:buffer';
import {
  type Decoded,
  decodeAvroValue,
  type DecodeError,
  NOT_UNICODE,
  readWireHeader,
} from '@portal/contracts';
import { customerRef, type Place } from '@portal/projection';
import { type IHeaders, type KafkaMessage } from 'kafkajs';
import { type SourceRecord } from '../port.ts';
import { type KnownSchema, type KnownSchemas } from './known-schemas.ts';

export type DecodedMessages =
  | { readonly kind: 'decoded'; readonly records: readonly SourceRecord[] }
  | { readonly kind: 'registry_away'; readonly reason: string };

export type MessageDecoder = (
  at: Place,
  messages: readonly KafkaMessage[],
) => Promise<DecodedMessages>;

/**
 * Turns Kafka messages into records. One message costs no request and no parsing of schemas. A value that cannot be
 * read with a schema that is known has it asked for again first: the id may have another one by now.
 */
export function createMessageDecoder(schemas: KnownSchemas): MessageDecoder {
  return async (at, messages) => {
    // Of this batch alone: what others learn meanwhile may push a refusal out.
    const learnt = new Map<number, KnownSchema>();
    const ids = schemaIds(messages);
    for (const id of ids) {
      const schema = await schemas.learn(at.family, id);
      if (schema.kind === 'away') return { kind: 'registry_away', reason: schema.reason };
      learnt.set(id, schema);
    }
    const find = (id: number): KnownSchema | undefined => learnt.get(id);
    const records = messages.map((message) => toRecord(at, message, find));
    for (const id of unreadable(records)) {
      if (learnt.get(id)?.kind !== 'resolver') continue;
      const isAnother = await schemas.askAgain(at.family, id);
      if (isAnother === false) continue;
      if (isAnother !== true) return { kind: 'registry_away', reason: isAnother.reason };
      const schema = await schemas.learn(at.family, id);
      if (schema.kind === 'away') return { kind: 'registry_away', reason: schema.reason };
      learnt.set(id, schema);
      records.forEach(({ decoded }, index) => {
        if (decoded.kind !== 'undecodable' || decoded.error.schema_id !== id) return;
        const message = messages[index];
        if (message !== undefined) records[index] = toRecord(at, message, find);
      });
    }
    return { kind: 'decoded', records };
  };
}

function unreadable(records: readonly SourceRecord[]): Set<number> {
  const ids = new Set<number>();
  for (const { decoded } of records) {
    if (decoded.kind !== 'undecodable') continue;
    const { schema_id } = decoded.error;
    if (schema_id !== undefined) ids.add(schema_id);
  }
  return ids;
}

function schemaIds(messages: readonly KafkaMessage[]): Set<number> {
  const ids = new Set<number>();
  for (const { value } of messages) {
    const header = value === null ? null : readWireHeader(value);
    if (header?.kind === 'header') ids.add(header.schemaId);
  }
  return ids;
}

function toRecord(
  at: Place,
  message: KafkaMessage,
  find: (id: number) => KnownSchema | undefined,
): SourceRecord {
  const timestamp = Number(message.timestamp);
  const logTime = timestamp >= 0 ? timestamp : null;
  return {
    family: at.family,
    partition: at.partition,
    offset: Number(message.offset),
    timestamp: logTime,
    // Read by exports alone: most records are folded and forgotten.
    get headers() {
      return readHeaders(message.headers);
    },
    ...keyed(message.key ?? null, decodeValue(message.value, logTime, find)),
  };
}

/** Two keys must not become one: bytes that are no text park the record, under the customer its value names. */
function keyed(key: Buffer | null, decoded: Decoded): Pick<SourceRecord, 'key' | 'decoded'> {
  if (key === null || isUtf8(key)) return { key: key?.toString('utf8') ?? null, decoded };
  const about = decoded.kind === 'event' ? decoded.event : null;
  return {
    key: about === null ? null : customerRef(about.organization_id, about.customer_id),
    decoded: { kind: 'undecodable', error: KEY_IS_NO_TEXT },
  };
}

const KEY_IS_NO_TEXT: DecodeError = {
  code: 'contract_invalid',
  field: 'key',
  reason: NOT_UNICODE,
};

function decodeValue(
  value: Buffer | null,
  timestamp: number | null,
  find: (id: number) => KnownSchema | undefined,
): Decoded {
  if (value === null) return { kind: 'null' };
  const header = readWireHeader(value);
  if (header.kind === 'undecodable') return header;
  const schema = find(header.schemaId);
  if (schema === undefined)
    throw new Error(`schema ${header.schemaId} was not learnt before decoding`);
  const decoded: Decoded =
    schema.kind === 'refused'
      ? { kind: 'undecodable', error: schema.error }
      : decodeAvroValue(schema.resolver, value, timestamp);
  if (decoded.kind !== 'undecodable') return decoded;
  return { ...decoded, error: { ...decoded.error, schema_id: header.schemaId } };
}

/** Header values are bytes; a repeated name keeps its last value. Those that are no text are for others, and left out. */
function readHeaders(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers ?? {}).flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value;
      if (last === undefined || (typeof last !== 'string' && !isUtf8(last))) return [];
      return [[name, last.toString()]];
    }),
  );
}
