import { randomUUID } from 'node:crypto';
import { type LogRecord, topicOf } from '@portal/contracts';
import { requireService } from '@portal/testkit';
import { type Admin, ConfigResourceTypes, type Message, type Producer } from 'kafkajs';
import {
  createKafkaSource,
  type MissingHistory,
  type KafkaSourceOptions,
  publish,
  setUp,
  type StreamNotice,
} from '../../src/index.ts';
import { openKafka } from '../../src/kafka/client.ts';
import { eventTopics } from '../../src/kafka/topics.ts';
import { until } from '../recorder.ts';

export const kafka = (): { brokers: string[] } => ({
  brokers: requireService('KAFKA_BROKERS').split(','),
});
export const registry = (): { url: string } => ({ url: requireService('SCHEMA_REGISTRY_URL') });

/** Topics of one test's own, so that tests run side by side. */
export interface Stack {
  readonly prefix: string;
  readonly groupId: string;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly notices: StreamNotice[];
  readonly missing: MissingHistory[];
  options(change?: Partial<KafkaSourceOptions>): KafkaSourceOptions;
  /** Events through `publish`; what has no value to publish as a value of two bytes. */
  produce(records: readonly LogRecord[]): Promise<void>;
  send(family: LogRecord['family'], partition: number, messages: Message[]): Promise<void>;
  /** As retention does: the log begins at `offset` from now on. */
  deleteBefore(family: LogRecord['family'], partition: number, offset: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStack(): Promise<Stack> {
  const prefix = `t${randomUUID().slice(0, 8)}`;
  await setUp({ kafka: kafka(), registry: registry(), prefix });
  const client = await openKafka(kafka());
  const admin = client.admin();
  const producer = client.producer({ allowAutoTopicCreation: false });
  await admin.connect();
  await producer.connect();
  const notices: StreamNotice[] = [];
  const missing: MissingHistory[] = [];
  const send: Stack['send'] = async (family, partition, messages) => {
    await producer.send({
      topic: topicOf(family, prefix),
      messages: messages.map((message) => ({ ...message, partition })),
    });
  };
  return {
    ...{ prefix, groupId: `${prefix}.group`, admin, producer, notices, missing, send },
    options: (change = {}) => ({
      ...{ kafka: kafka(), registry: registry(), prefix, groupId: `${prefix}.group` },
      onMissingHistory: (one) => {
        missing.push(one);
        return 'stop';
      },
      onNotice: (notice) => notices.push(notice),
      ...change,
    }),
    produce: async (records) => {
      const good = records.filter(({ decoded }) => decoded.kind !== 'undecodable');
      await publish(good, {
        ...{ kafka: kafka(), registry: registry(), prefix },
        onRefused: (_, reason) => {
          throw new Error(reason);
        },
      });
      for (const { decoded, family, partition } of records) {
        if (decoded.kind !== 'undecodable') continue;
        await send(family, partition ?? 0, [{ value: Buffer.from([0, 1]) }]);
      }
    },
    deleteBefore: async (family, partition, offset) => {
      const topic = topicOf(family, prefix);
      // kafkajs deletes only in topics whose metadata it has, and a new topic's leaders take a moment.
      await until('the leaders', () =>
        admin.fetchTopicOffsets(topic).then(
          () => true,
          () => false,
        ),
      );
      await admin.deleteTopicRecords({
        topic,
        partitions: [{ partition, offset: String(offset) }],
      });
    },
    close: async () => {
      const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(`${prefix}.`));
      await admin.deleteTopics({ topics });
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}

export const openSource = (
  stack: Stack,
  change?: Partial<KafkaSourceOptions>,
): ReturnType<typeof createKafkaSource> => createKafkaSource(stack.options(change));

/** As topics are that set-up did not make: a record keeps the time its producer gave it. */
export async function keepProducersTimes({ admin, prefix }: Stack): Promise<void> {
  const setting = { name: 'message.timestamp.type', value: 'CreateTime' };
  const topics = [...eventTopics(prefix).keys()].map((name) => ({
    ...{ type: ConfigResourceTypes.TOPIC, name },
  }));
  const resources = topics.map((topic) => ({ ...topic, configEntries: [setting] }));
  await admin.alterConfigs({ validateOnly: false, resources });
  await until('the brokers to know it', async () => {
    const told = await admin.describeConfigs({ resources: topics, includeSynonyms: false });
    return told.resources.every(({ configEntries }) =>
      configEntries.some(
        ({ configName, configValue }) =>
          configName === setting.name && configValue === setting.value,
      ),
    );
  });
}
