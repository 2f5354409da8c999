import { topicOf } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';

/** The topic of what people decided: what was accepted. Kept for ever. */
export const decisionsTopic = (prefix: string): string => topicOf('decisions', prefix);

/** Names of the five event topics, with the family of each. */
export const eventTopics = (prefix: string): ReadonlyMap<string, Family> =>
  new Map(FAMILIES.map((family) => [topicOf(family, prefix), family]));
