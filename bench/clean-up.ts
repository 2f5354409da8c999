import { Redis } from 'ioredis';
import kafkajs from 'kafkajs';

const AT_ONCE = 1_000;

/** Removes the keys and the topics whose names begin with `prefix`. */
export async function cleanUp(
  prefix: string,
  services: { readonly KAFKA_BROKERS: string; readonly REDIS_URL: string },
): Promise<void> {
  if (services.REDIS_URL !== '') await removeKeys(prefix, services.REDIS_URL);
  if (services.KAFKA_BROKERS !== '') await removeTopics(prefix, services.KAFKA_BROKERS);
}

async function removeKeys(prefix: string, url: string): Promise<void> {
  const redis = new Redis(url);
  const found = redis.scanStream({ match: `${prefix}*`, count: AT_ONCE });
  for await (const keys of found as AsyncIterable<string[]>) {
    if (keys.length > 0) await redis.unlink(keys);
  }
  redis.disconnect();
}

async function removeTopics(prefix: string, brokers: string): Promise<void> {
  const kafka = new kafkajs.Kafka({
    brokers: brokers.split(','),
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}
