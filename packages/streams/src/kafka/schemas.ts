import { Agent } from 'node:https';
import { messageOf, unreached } from '@portal/async';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { SCHEMA_TEXTS, subjectOf, type TopicName } from '@portal/contracts';
import { tlsOptions } from '@portal/tls';
import {
  askRegistry,
  baseUrl,
  type RegistryConnection,
  registryRefusal,
  registryTrouble,
} from './registry-http.ts';
import { answeredWithin } from '../wait.ts';
import { registryAt } from './who.ts';

/** What the client puts before the registry's own answer: its name, and a status that it made up itself. */
const LIBRARY = /^[\w-]{1,100} - (?:Error, status \d{3}: )?/;

/**
 * Registers our schema of a topic under `<topic>-value` with compatibility BACKWARD, or finds it there.
 * Returns its id. Throws with the registry's reason when it is incompatible, and with SourceAway when it does not answer
 * within `timeoutMs`.
 */
export async function registerSchema(
  connection: RegistryConnection,
  name: TopicName,
  prefix: string,
  timeoutMs: number,
): Promise<number> {
  const over = new AbortController();
  const registering = register(connection, name, prefix, over.signal);
  try {
    return await answeredWithin(registering, timeoutMs, registryAt(connection));
  } finally {
    over.abort();
  }
}

async function register(
  connection: RegistryConnection,
  name: TopicName,
  prefix: string,
  signal: AbortSignal,
): Promise<number> {
  const subject = subjectOf(name, prefix);
  const failed = (reason: string, cause?: unknown): Error =>
    new Error(`${subject} was not registered: ${reason}`, { cause });
  // The client says of all that keeps us from the registry the same few words.
  const obstacle = await obstacleTo(connection, subject, signal);
  if (obstacle !== null) throw failed(obstacle);
  const registering = openRegistry(connection).register(
    { type: SchemaType.AVRO, schema: SCHEMA_TEXTS[name] },
    { subject, compatibility: COMPATIBILITY.BACKWARD },
  );
  const { id } = await registering.catch((error: unknown) => {
    const said = messageOf(error);
    throw failed((unreached(said) ?? said).replace(LIBRARY, ''), error);
  });
  return id;
}

/** Why the registry would not take what we send; null: nothing is in the way. */
async function obstacleTo(
  connection: RegistryConnection,
  subject: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    const answer = await askRegistry(connection, { method: 'GET', path, signal });
    return answer.status === 200 || answer.status === 404 ? null : registryRefusal(answer);
  } catch (error) {
    return registryTrouble(error);
  }
}

/** With retries off; the options are whole, because the client writes them into a shared default. */
function openRegistry(connection: RegistryConnection): SchemaRegistry {
  const { auth = null, tls = null } = connection;
  return new SchemaRegistry({
    host: baseUrl(connection),
    clientId: 'portal-dashboard',
    ...(auth?.kind === 'basic'
      ? { auth: { username: auth.username, password: auth.password } }
      : {}),
    ...(auth?.kind === 'bearer' ? { middlewares: [bearer(auth.token)] } : {}),
    ...(tls === null ? {} : { agent: new Agent(tlsOptions(tls)) }),
    retry: {
      maxRetryTimeInSecs: 1,
      initialRetryTimeInSecs: 0.1,
      factor: 0.2,
      multiplier: 2,
      retries: 0,
    },
  });
}

type Middleware = NonNullable<
  ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']
>[number];

const bearer =
  (token: () => string): Middleware =>
  () => ({
    prepareRequest: async (next) =>
      (await next()).enhance({ headers: { Authorization: `Bearer ${token()}` } }),
  });
