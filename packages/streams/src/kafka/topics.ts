import { topicOf } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';

/** The topic of what people decided: erase, skip, revoke, not before. Kept for ever. */
export const decisionsTopic = (prefix: string): string => `${prefix}.decisions`;

/** Names of the five event topics, with the family of each. */
export const eventTopics = (prefix: string): ReadonlyMap<string, Family> =>
  new Map(FAMILIES.map((family) => [topicOf(family, prefix), family]));
