import { COMPATIBILITY, SchemaType } from '@kafkajs/confluent-schema-registry';
import { inTime } from '@portal/async';
import { SCHEMA_TEXTS, subjectOf, type TopicName } from '@portal/contracts';
import { type Registry } from './registry.ts';
import { messageOf } from '../wait.ts';

const DEADLINE_MS = 15_000;

/** What the client puts before the registry's own answer: its name, and a status that it made up itself. */
const LIBRARY = /^[\w-]{1,100} - (?:Error, status \d{3}: )?/;

/**
 * Registers our schema of a topic under `<topic>-value` with compatibility BACKWARD, or finds it there.
 * Returns its id. Throws with the registry's reason when it is incompatible or does not answer.
 */
export async function registerSchema(
  registry: Registry,
  name: TopicName,
  prefix: string,
): Promise<number> {
  const subject = subjectOf(name, prefix);
  const registering = registry.register(
    { type: SchemaType.AVRO, schema: SCHEMA_TEXTS[name] },
    { subject, compatibility: COMPATIBILITY.BACKWARD },
  );
  const registered = await inTime(registering, DEADLINE_MS).catch((error: unknown) => {
    const reason = messageOf(error).replace(LIBRARY, '');
    throw new Error(`${subject} was not registered: ${reason}`, { cause: error });
  });
  if (registered.kind === 'late') {
    throw new Error(`${subject} was not registered: no answer in ${DEADLINE_MS} ms`);
  }
  return registered.value.id;
}
