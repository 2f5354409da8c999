import { topicOf } from '@portal/contracts';
import { DEFAULT_SETTINGS, type Family } from '@portal/projection';
import { generationOf } from '@portal/projector';
import { createRedisDirectory } from '@portal/stores';
import kafkajs from 'kafkajs';
import { type Corner } from './corner.ts';

/** One corner's topics without any of our code between: what a broken producer would send. */
export interface RawKafka {
  /** Sends one message and gives its offset. */
  send(
    family: Family,
    message: { readonly partition: number; readonly key: string; readonly value: Buffer | null },
  ): Promise<number>;
  /** Lets the topic take values of that size. */
  allowBytes(family: Family, bytes: number): Promise<void>;
  /** The projector group's committed offset; -1: none. */
  committed(family: Family, partition: number): Promise<number>;
  close(): Promise<void>;
}

export async function openRawKafka(corner: Corner): Promise<RawKafka> {
  const { prefix, kafka } = corner;
  const client = new kafkajs.Kafka({
    brokers: [...kafka.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const producer = client.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  const admin = client.admin();
  await Promise.all([producer.connect(), admin.connect()]);
  return {
    send: async (family, message) => {
      const sent = await producer.send({ topic: topicOf(family, prefix), messages: [message] });
      return Number(sent[0]?.baseOffset ?? Number.NaN);
    },
    allowBytes: async (family, bytes) => {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topicOf(family, prefix),
            configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
          },
        ],
      });
    },
    committed: async (family, partition) => {
      const directory = createRedisDirectory({ connection: corner.redis, prefix });
      const { identity } = await directory.snapshot().finally(() => directory.close());
      const [offsets] = await admin.fetchOffsets({
        groupId: `${prefix}.${identity}.${generationOf(DEFAULT_SETTINGS)}`,
        topics: [topicOf(family, prefix)],
      });
      const found = offsets?.partitions.find((one) => one.partition === partition);
      return Number(found?.offset ?? -1);
    },
    close: async () => {
      await Promise.all([producer.disconnect(), admin.disconnect()]);
    },
  };
}
