import { isUtf8 } from 'node:buffer';
import {
  type AvroResolver,
  createAvroResolver,
  type Decoded,
  decodeAvroValue,
  type DecodeError,
  NOT_UNICODE,
  readWireHeader,
} from '@portal/contracts';
import { customerRef, type Family } from '@portal/projection';
import { type IHeaders, type KafkaMessage } from 'kafkajs';
import { type SourceRecord } from '../port.ts';
import { type SchemaAnswer } from './registry.ts';

export type DecodedMessages =
  | { readonly kind: 'decoded'; readonly records: readonly SourceRecord[] }
  | { readonly kind: 'registry_away'; readonly reason: string };

export type MessageDecoder = (
  at: { readonly family: Family; readonly partition: number },
  messages: readonly KafkaMessage[],
) => Promise<DecodedMessages>;

/** How long "the registry does not know this id" is believed, so that one bad producer is not a flood of requests. */
const REFUSED_TTL_MS = 10_000;

type Schema =
  | { readonly kind: 'resolver'; readonly resolver: AvroResolver }
  | { readonly kind: 'refused'; readonly error: DecodeError; readonly until: number };

/** Of ids that were refused: bytes that are no Avro name any of four billion. One takes some 300 bytes. */
const REFUSED_MAX = 1_000;

/**
 * Turns Kafka messages into records. A resolver per family and schema id is kept for ever (an id never
 * changes its schema, and the registry knows only so many); one message costs no request and no parsing of schemas.
 */
export function createMessageDecoder(
  fetchSchema: (id: number) => Promise<SchemaAnswer>,
  now: () => number = Date.now,
): MessageDecoder {
  const resolvers = new Map<string, Schema & { kind: 'resolver' }>();
  /** Oldest first. */
  const refused = new Map<string, Schema & { kind: 'refused' }>();

  const keep = (name: string, schema: Schema): void => {
    refused.delete(name);
    if (schema.kind === 'resolver') {
      resolvers.set(name, schema);
      return;
    }
    refused.set(name, schema);
    const [oldest] = refused.keys();
    if (refused.size > REFUSED_MAX && oldest !== undefined) refused.delete(oldest);
  };
  async function learn(
    family: Family,
    id: number,
  ): Promise<Schema | { readonly kind: 'away'; readonly reason: string }> {
    const name = `${family}/${id}`;
    const known = resolvers.get(name) ?? refused.get(name);
    if (known !== undefined && (known.kind === 'resolver' || known.until > now())) return known;
    const answer = await fetchSchema(id);
    if (answer.kind === 'away') return answer;
    const schema = toSchema(family, answer, now() + REFUSED_TTL_MS);
    keep(name, schema);
    return schema;
  }

  return async (at, messages) => {
    // Of this batch alone: what others learn meanwhile may push a refusal out.
    const learnt = new Map<number, Schema>();
    for (const id of schemaIds(messages)) {
      const schema = await learn(at.family, id);
      if (schema.kind === 'away') return { kind: 'registry_away', reason: schema.reason };
      learnt.set(id, schema);
    }
    const find = (id: number): Schema | undefined => learnt.get(id);
    return { kind: 'decoded', records: messages.map((message) => toRecord(at, message, find)) };
  };
}

function schemaIds(messages: readonly KafkaMessage[]): Set<number> {
  const ids = new Set<number>();
  for (const { value } of messages) {
    const header = value === null ? null : readWireHeader(value);
    if (header?.kind === 'header') ids.add(header.schemaId);
  }
  return ids;
}

function toSchema(
  family: Family,
  answer: Exclude<SchemaAnswer, { kind: 'away' }>,
  until: number,
): Schema {
  if (answer.kind === 'refused') return { kind: 'refused', error: answer.error, until };
  const made = createAvroResolver(family, answer.text, answer.references);
  return made.kind === 'resolver' ? made : { kind: 'refused', error: made.error, until };
}

function toRecord(
  at: { readonly family: Family; readonly partition: number },
  message: KafkaMessage,
  find: (id: number) => Schema | undefined,
): SourceRecord {
  const timestamp = Number(message.timestamp);
  const logTime = timestamp >= 0 ? timestamp : null;
  return {
    family: at.family,
    partition: at.partition,
    offset: Number(message.offset),
    timestamp: logTime,
    headers: readHeaders(message.headers),
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
  find: (id: number) => Schema | undefined,
): Decoded {
  if (value === null) return { kind: 'null' };
  const header = readWireHeader(value);
  if (header.kind === 'undecodable') return header;
  const schema = find(header.schemaId);
  if (schema === undefined)
    throw new Error(`schema ${header.schemaId} was not learnt before decoding`);
  return schema.kind === 'refused'
    ? { kind: 'undecodable', error: schema.error }
    : decodeAvroValue(schema.resolver, value, timestamp);
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
