import { FAMILIES, type Family } from '@portal/projection';

export const DEFAULT_TOPIC_PREFIX = 'billing';

/** Every topic whose values have a schema of ours: the five of events, and the one of what people decided. */
export type TopicName = Family | 'decisions';

export const TOPIC_NAMES: readonly TopicName[] = [...FAMILIES, 'decisions'];

/** `billing.usage` */
export const topicOf = (name: TopicName, prefix = DEFAULT_TOPIC_PREFIX): string =>
  `${prefix}.${name}`;

/** The registry's subject of a topic's values: `billing.usage-value`. */
export const subjectOf = (name: TopicName, prefix = DEFAULT_TOPIC_PREFIX): string =>
  `${topicOf(name, prefix)}-value`;

/** Reads a topic's name, with its prefix or without (`usage`); null when it is none of the five. */
export function familyOf(topic: string, prefix = DEFAULT_TOPIC_PREFIX): Family | null {
  const name = topic.startsWith(`${prefix}.`) ? topic.slice(prefix.length + 1) : topic;
  return FAMILIES.find((family) => family === name) ?? null;
}
