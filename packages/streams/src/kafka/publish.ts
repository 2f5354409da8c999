import { atMost } from '@portal/async';
import { toIso, toMillis } from '@portal/billing';
import { DEFAULT_TOPIC_PREFIX, encodeEvent, type LogRecord, topicOf } from '@portal/contracts';
import { type BillingEvent, customerRef, type Family } from '@portal/projection';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { type KafkaConnection, openKafka } from './client.ts';
import { type RegistryConnection } from './registry-http.ts';
import { registerSchema } from './schemas.ts';
import { answeredWithin } from '../wait.ts';
import { ANSWER_MS, CLOSE_MS, kafkaAt, named } from './who.ts';

export interface PublishOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
  /** A record that has no value to publish, parked or of an unknown type in the input, or too large a one. */
  readonly onRefused: (record: LogRecord, reason: string) => void;
  /** Longest wait for one answer of Kafka or the registry, milliseconds; 30 s when absent. */
  readonly timeoutMs?: number;
}

export interface Published {
  readonly published: number;
  readonly refused: number;
}

/** One request carries at most this much, well below a broker's default limit of a megabyte a batch. */
const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 500_000;

interface Ready {
  readonly record: LogRecord;
  readonly family: Family;
  readonly message: Message;
  readonly bytes: number;
}

/**
 * Sends records to Kafka in the order given: Avro in the wire format, with CloudEvents headers. The
 * partition is the record's own, else Kafka's default for its key. Without a time of its own a record
 * gets the event's, but none ahead of the clock. Every record is acknowledged by all replicas when this resolves.
 * Throws when Kafka or the registry cannot be used; what was sent before stays sent.
 */
export async function publish(
  records: AsyncIterable<LogRecord> | Iterable<LogRecord>,
  options: PublishOptions,
): Promise<Published> {
  const prefix = options.prefix ?? DEFAULT_TOPIC_PREFIX;
  const { timeoutMs = ANSWER_MS } = options;
  const who = kafkaAt(options.kafka);
  const schemaId = schemaIds(options.registry, prefix, timeoutMs);
  const producer = (await openKafka(options.kafka)).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // When one partition of a request fails, kafkajs sends the whole request again: brokers then
    // know by the sequence numbers what they have, and keep it once.
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
  });
  const count = { published: 0, refused: 0 };
  let ready: Ready[] = [];
  let bytes = 0;
  const refuse = (record: LogRecord, reason: string): void => {
    count.refused += 1;
    options.onRefused(record, reason);
  };
  const flush = async (): Promise<void> => {
    const sending = sendInParts(producer, prefix, ready, refuse);
    count.published += await answeredWithin(sending, timeoutMs, who);
    ready = [];
    bytes = 0;
  };
  try {
    // One that fails half way leaves a connection behind, which would keep the process for ever.
    await answeredWithin(producer.connect(), timeoutMs, who);
    for await (const record of records) {
      const made = await toMessage(record, schemaId);
      if (typeof made === 'string') {
        refuse(record, made);
        continue;
      }
      const full = ready.length === REQUEST_RECORDS_MAX || bytes + made.bytes > REQUEST_BYTES_MAX;
      if (full) await flush();
      ready.push(made);
      bytes += made.bytes;
    }
    await flush();
    return count;
  } catch (error) {
    throw named(error, who);
  } finally {
    await atMost(CLOSE_MS, producer.disconnect());
  }
}

/** Registers (or finds) a family's schema at its first record. */
function schemaIds(
  connection: RegistryConnection,
  prefix: string,
  timeoutMs: number,
): (family: Family) => Promise<number> {
  const ids = new Map<Family, number>();
  return async (family) => {
    const known = ids.get(family) ?? (await registerSchema(connection, family, prefix, timeoutMs));
    ids.set(family, known);
    return known;
  };
}

/**
 * Sends them and answers how many were taken. A topic may take less than one of them, or than all in one request: then
 * they go in halves, and one that is too large alone is refused, so that those behind it are sent all the same.
 */
async function sendInParts(
  producer: Producer,
  prefix: string,
  ready: readonly Ready[],
  refuse: (record: LogRecord, reason: string) => void,
): Promise<number> {
  try {
    await send(producer, prefix, ready);
    return ready.length;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    const [only, ...others] = ready;
    if (only !== undefined && others.length === 0) {
      const topic = topicOf(only.family, prefix);
      const reason = `takes ${only.bytes} bytes in Kafka, more than the topic ${topic} allows (max.message.bytes)`;
      refuse(only.record, reason);
      return 0;
    }
    const half = Math.ceil(ready.length / 2);
    const first = await sendInParts(producer, prefix, ready.slice(0, half), refuse);
    return first + (await sendInParts(producer, prefix, ready.slice(half), refuse));
  }
}

const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];
const isTooLarge = (error: unknown): boolean =>
  TOO_LARGE.includes(String((error as { readonly type?: unknown } | null)?.type));

async function send(producer: Producer, prefix: string, ready: readonly Ready[]): Promise<void> {
  if (ready.length === 0) return;
  const topics = new Map<Family, Message[]>();
  for (const { family, message } of ready) {
    topics.set(family, [...(topics.get(family) ?? []), message]);
  }
  await producer.sendBatch({
    acks: -1,
    topicMessages: [...topics].map(([family, messages]) => ({
      topic: topicOf(family, prefix),
      messages,
    })),
  });
}

/** A record as a Kafka message, or the reason why it cannot be one. */
async function toMessage(
  record: LogRecord,
  schemaId: (family: Family) => Promise<number>,
): Promise<Ready | string> {
  const { family, key, decoded } = record;
  // Without a key the default partitioner would choose at random.
  const partition = record.partition ?? (key === null ? 0 : null);
  const place = { key, ...(partition === null ? {} : { partition }) };
  switch (decoded.kind) {
    case 'event': {
      const { event } = decoded;
      const value = encodeEvent(event, await schemaId(family));
      const timestamp = record.timestamp ?? Math.min(toMillis(event.occurred_at), Date.now());
      const headers = { ...cloudEvent(event), ...record.headers };
      const message = { ...place, value, headers, timestamp: String(timestamp) };
      return { record, family, message, bytes: value.length + sizeOf(key, headers) };
    }
    case 'null': {
      const timestamp = record.timestamp ?? Date.now();
      const message = { ...place, value: null, headers: record.headers };
      const bytes = sizeOf(key, record.headers);
      return { record, family, message: { ...message, timestamp: String(timestamp) }, bytes };
    }
    case 'unknown_type':
      return `the type ${decoded.event_type} has no schema`;
    case 'undecodable':
      return decoded.error.reason;
    default:
      return decoded satisfies never;
  }
}

/** Bytes of key and headers, which nothing else bounds. */
const sizeOf = (key: string | null, headers: Readonly<Record<string, string>>): number =>
  [key ?? '', ...Object.entries(headers).flat()].reduce(
    (bytes, text) => bytes + Buffer.byteLength(text),
    0,
  );

/** CloudEvents 1.0 in Kafka's binary mode. For other consumers; ours trusts only the value. */
const cloudEvent = (event: BillingEvent): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: event.event_id,
  ce_type: event.event_type,
  ce_source: event.source,
  ce_time: toIso(event.occurred_at),
  ce_subject: customerRef(event.organization_id, event.customer_id),
});
