import avsc, { type Type } from 'avsc';
import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';

/**
 * Floor of the live projection: every value decoded with a cached resolver, one pipelined
 * compare-and-set of a constant kilobyte per distinct customer per batch. Nothing is folded.
 */
const { KAFKA_BROKERS = '', SCHEMA_REGISTRY_URL = '', REDIS_URL = '' } = process.env;
const { TOPIC_PREFIX = '', REDIS_PREFIX = '', EVENTS = '' } = process.env;

const TOPICS = ['customers', 'subscriptions', 'invoices', 'usage', 'wallets'];
const HEADER_BYTES = 5;
const VALUE = 'x'.repeat(1_024);
const COMPARE_AND_SET = `
if (redis.call('HGET', KEYS[1], 'v') or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[2], 'd', ARGV[3])
return 1`;

interface Schema {
  readonly type: Type;
  readonly resolver: ReturnType<Type['createResolver']>;
}
const schemas = new Map<number, Schema>();
const versions = new Map<string, string>();
const redis = new Redis(REDIS_URL);

async function learn(id: number): Promise<Schema> {
  const response = await fetch(`${SCHEMA_REGISTRY_URL}/schemas/ids/${id}`);
  const { schema } = (await response.json()) as { readonly schema: string };
  const type = avsc.Type.forSchema(JSON.parse(schema) as avsc.Schema, { omitRecordMethods: true });
  const made = { type, resolver: type.createResolver(type) };
  schemas.set(id, made);
  return made;
}

async function main(): Promise<void> {
  const sha = String(await redis.script('LOAD', COMPARE_AND_SET));
  const kafka = new kafkajs.Kafka({
    brokers: KAFKA_BROKERS.split(','),
    logLevel: kafkajs.logLevel.ERROR,
  });
  const consumer = kafka.consumer({ groupId: REDIS_PREFIX });
  await consumer.connect();
  await consumer.subscribe({
    topics: TOPICS.map((topic) => `${TOPIC_PREFIX}.${topic}`),
    fromBeginning: true,
  });
  let folded = 0;
  let first: { readonly at: number; readonly folded: number } | null = null;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const customers = new Set<string>();
      for (const { key, value, offset } of batch.messages) {
        if (key === null || value === null) throw new Error(`no event at ${batch.topic}@${offset}`);
        const id = value.readUInt32BE(1);
        const { type, resolver } = schemas.get(id) ?? (await learn(id));
        type.decode(value, HEADER_BYTES, resolver);
        customers.add(key.toString());
      }
      const pipeline = redis.pipeline();
      const version = `${batch.topic}/${batch.partition}@${batch.lastOffset()}`;
      for (const customer of customers) {
        const expected = versions.get(customer) ?? '';
        pipeline.evalsha(sha, 1, `${REDIS_PREFIX}:${customer}`, expected, version, VALUE);
        versions.set(customer, version);
      }
      const results = (await pipeline.exec()) ?? [];
      if (results.some(([, set]) => set !== 1)) throw new Error('a compare-and-set failed');
      folded += batch.messages.length;
      first ??= { at: performance.now(), folded };
      if (folded < Number(EVENTS)) return;
      const seconds = (performance.now() - first.at) / 1_000;
      console.log(JSON.stringify({ result: { events: folded - first.folded, seconds } }));
    },
  });
  process.once('SIGTERM', () => {
    void consumer.disconnect().then(() => process.exit(0));
  });
}

await main();
