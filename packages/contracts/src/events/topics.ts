import { FAMILIES, type Family } from '@portal/projection';

export const DEFAULT_TOPIC_PREFIX = 'billing';

/** `billing.usage` */
export const topicOf = (family: Family, prefix = DEFAULT_TOPIC_PREFIX): string =>
  `${prefix}.${family}`;

/** The registry's subject of a topic's values: `billing.usage-value`. */
export const subjectOf = (family: Family, prefix = DEFAULT_TOPIC_PREFIX): string =>
  `${topicOf(family, prefix)}-value`;

/** Reads a topic's name, with its prefix or without (`usage`); null when it is none of the five. */
export function familyOf(topic: string, prefix = DEFAULT_TOPIC_PREFIX): Family | null {
  const name = topic.startsWith(`${prefix}.`) ? topic.slice(prefix.length + 1) : topic;
  return FAMILIES.find((family) => family === name) ?? null;
}
