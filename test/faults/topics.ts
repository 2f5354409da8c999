import { topicOf } from '@portal/contracts';
import { type Family } from '@portal/projection';
import { setUp } from '@portal/streams';
import { eventually } from '@portal/testkit';
import kafkajs, { type Admin } from 'kafkajs';
import { type Corner } from '../e2e/corner.ts';

/** What an operator, a retention rule or an accident does to a corner's topics. */
export interface Topics {
  /** Deletes the topic and makes it again, empty. */
  remake(family: Family): Promise<void>;
  remove(family: Family): Promise<void>;
  /** Makes what is missing. */
  make(): Promise<void>;
  /** Lets each partition of the topic begin where it says, or at its end. */
  trim(family: Family, begin?: (partition: number, end: number) => number): Promise<void>;
  /** Adds partitions to all five. */
  grow(partitions: number): Promise<void>;
  /** As if its offsets had expired: nobody may be a member. */
  forgetGroups(): Promise<void>;
  close(): Promise<void>;
}

export async function openTopics(corner: Corner): Promise<Topics> {
  const { prefix, kafka, registry } = corner;
  const client = new kafkajs.Kafka({
    brokers: [...kafka.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const remove = async (family: Family): Promise<void> => {
    const topic = topicOf(family, prefix);
    await admin.deleteTopics({ topics: [topic] });
    await eventually(
      () => admin.listTopics(),
      (topics) => !topics.includes(topic),
    );
  };
  const make = async (): Promise<void> => {
    await setUp({ kafka, registry, prefix });
  };
  return {
    remove,
    make,
    remake: async (family) => {
      await remove(family);
      await make();
    },
    trim: async (family, begin = (_, end) => end) => {
      const topic = topicOf(family, prefix);
      const offsets = await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({
        topic,
        partitions: offsets.map(({ partition, high }) => ({
          partition,
          offset: String(begin(partition, Number(high))),
        })),
      });
    },
    grow: async (partitions) => {
      await setUp({ kafka, registry, prefix, partitions });
    },
    forgetGroups: () => forgetGroups(admin, prefix),
    close: () => admin.disconnect(),
  };
}

async function forgetGroups(admin: Admin, prefix: string): Promise<void> {
  const groups = async (): Promise<string[]> =>
    (await admin.listGroups()).groups
      .map(({ groupId }) => groupId)
      .filter((id) => id.startsWith(prefix));
  await eventually(
    async () => {
      const ids = await groups();
      if (ids.length > 0) await admin.deleteGroups(ids);
      return groups();
    },
    (ids) => ids.length === 0,
  );
}
