import { toIso, toMillis } from '@portal/billing';
import { DEFAULT_TOPIC_PREFIX, encodeEvent, type LogRecord, topicOf } from '@portal/contracts';
import { type BillingEvent, customerRef, type Family } from '@portal/projection';
import kafkajs, { type Message, type Producer } from 'kafkajs';
import { type KafkaConnection, openKafka } from './client.ts';
import { openRegistry, type RegistryConnection } from './registry.ts';
import { registerSchema } from './schemas.ts';

export interface PublishOptions {
  readonly kafka: KafkaConnection;
  readonly registry: RegistryConnection;
  readonly prefix?: string;
  /** A record that has no value to publish: parked or of an unknown type in the input. */
  readonly onRefused: (record: LogRecord, reason: string) => void;
}

export interface Published {
  readonly published: number;
  readonly refused: number;
}

/** One request carries at most this much, well below a broker's default limit of a megabyte a batch. */
const REQUEST_RECORDS_MAX = 500;
const REQUEST_BYTES_MAX = 500_000;

interface Ready {
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
  const schemaId = schemaIds(options.registry, prefix);
  const producer = (await openKafka(options.kafka)).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // When one partition of a request fails, kafkajs sends the whole request again: brokers then
    // know by the sequence numbers what they have, and keep it once.
    idempotent: true,
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 200, maxRetryTime: 5_000, retries: 8 },
  });
  await producer.connect();
  const count = { published: 0, refused: 0 };
  let ready: Ready[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await send(producer, prefix, ready);
    count.published += ready.length;
    ready = [];
    bytes = 0;
  };
  try {
    for await (const record of records) {
      const made = await toMessage(record, schemaId);
      if (typeof made === 'string') {
        count.refused += 1;
        options.onRefused(record, made);
        continue;
      }
      const full = ready.length === REQUEST_RECORDS_MAX || bytes + made.bytes > REQUEST_BYTES_MAX;
      if (full) await flush();
      ready.push(made);
      bytes += made.bytes;
    }
    await flush();
    return count;
  } finally {
    await producer.disconnect();
  }
}

/** Registers (or finds) a family's schema at its first record. */
function schemaIds(
  connection: RegistryConnection,
  prefix: string,
): (family: Family) => Promise<number> {
  const registry = openRegistry(connection);
  const ids = new Map<Family, number>();
  return async (family) => {
    const known = ids.get(family) ?? (await registerSchema(registry, family, prefix));
    ids.set(family, known);
    return known;
  };
}

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
      return { family, message, bytes: value.length };
    }
    case 'null': {
      const timestamp = record.timestamp ?? Date.now();
      const message = { ...place, value: null, headers: record.headers };
      return { family, message: { ...message, timestamp: String(timestamp) }, bytes: 0 };
    }
    case 'unknown_type':
      return `the type ${decoded.event_type} has no schema`;
    case 'undecodable':
      return decoded.error.reason;
    default:
      return decoded satisfies never;
  }
}

/** CloudEvents 1.0 in Kafka's binary mode. For other consumers; ours trusts only the value. */
const cloudEvent = (event: BillingEvent): Record<string, string> => ({
  ce_specversion: '1.0',
  ce_id: event.event_id,
  ce_type: event.event_type,
  ce_source: event.source,
  ce_time: toIso(event.occurred_at),
  ce_subject: customerRef(event.organization_id, event.customer_id),
});
