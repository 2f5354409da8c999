import kafkajs, { type Admin } from 'kafkajs';

export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** When a record came is the broker's word, not a producer's clock, which may be wrong or mean another moment. */
export const ARRIVAL: Setting = { name: 'message.timestamp.type', value: 'LogAppendTime' };

export interface TopicSettings {
  readonly topic: string;
  /** What was set for this topic, beside the brokers' defaults. */
  readonly own: readonly Setting[];
}

/** Those of these topics that have another value there. */
export async function topicsWithout(
  admin: Admin,
  topics: readonly string[],
  { name, value }: Setting,
): Promise<readonly TopicSettings[]> {
  if (topics.length === 0) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((topic) => ({ type: TOPIC, name: topic })),
  });
  return resources.flatMap(({ resourceName: topic, configEntries }) => {
    const found = configEntries.find(({ configName }) => configName === name);
    if (found?.configValue === value) return [];
    const own = configEntries
      .filter(({ configSource }) => configSource === SET_FOR_TOPIC)
      .map(({ configName, configValue }) => ({ name: configName, value: configValue }));
    return [{ topic, own }];
  });
}

/** Kafka replaces all that was set for a topic by what is given here: so what was set is given again. */
export async function stampArrival(admin: Admin, topics: readonly TopicSettings[]): Promise<void> {
  await admin.alterConfigs({
    validateOnly: false,
    resources: topics.map(({ topic, own }) => ({
      type: TOPIC,
      name: topic,
      configEntries: [...own.filter(({ name }) => name !== ARRIVAL.name), ARRIVAL],
    })),
  });
}

const TOPIC = kafkajs.ConfigResourceTypes.TOPIC;
const SET_FOR_TOPIC = kafkajs.ConfigSource.TOPIC_CONFIG;
