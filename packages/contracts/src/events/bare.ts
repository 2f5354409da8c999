import { FAMILIES } from '@portal/projection';

/**
 * A bare event as the NDJSON form has it: its event type says which topic it belongs to. Anything else, also an
 * event whose type says nothing, is given back as it is.
 */
export function withTopic(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'topic' in value) return value;
  const type = 'event_type' in value ? value.event_type : undefined;
  const family = FAMILIES.find(
    (name) => typeof type === 'string' && type.startsWith(name.replace(/s$/, '')),
  );
  return family === undefined ? value : { topic: family, value };
}
