import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { unreached } from '@portal/async';
import { type DecodeError } from '@portal/contracts';

export interface RegistryConnection {
  /** Base address of a Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly clientId?: string;
}

/** What is known of one schema id. `refused` is the registry's answer; `away` means it gave none. */
export type SchemaAnswer =
  | { readonly kind: 'schema'; readonly text: string; readonly references: readonly string[] }
  | { readonly kind: 'refused'; readonly error: DecodeError }
  | { readonly kind: 'away'; readonly reason: string };

/** A registry that never answers would hold a partition unseen. */
const DEADLINE_MS = 5_000;

/**
 * Fetches the text of writer schemas by id, exactly as they were registered, with the schemas that they refer to;
 * callers keep what they got. Answers `away` on a deadline, a refused connection, a 401 or a 5xx; never rejects.
 */
export function createSchemaFetcher(
  connection: RegistryConnection,
  deadlineMs: number = DEADLINE_MS,
): (id: number) => Promise<SchemaAnswer> {
  return async (id) => {
    const signal = AbortSignal.timeout(deadlineMs);
    try {
      const ask = (path: string): Promise<Response> => askRegistry(connection, path, signal);
      const response = await ask(`/schemas/ids/${id}`);
      if (!response.ok) return await failure(id, response);
      const schema = schemaOf(await response.json());
      if (schema === null) return refuse('wrong_schema', `schema ${id} is not Avro`);
      const references = await referencesOf(schema.references, ask);
      return references === null
        ? refuse('wrong_schema', `schema ${id} refers to schemas that cannot be read`)
        : { kind: 'schema', text: schema.text, references };
    } catch (error) {
      const reason = signal.aborted ? `no answer in ${deadlineMs} ms` : networkReason(error);
      return { kind: 'away', reason };
    }
  };
}

/** One request, with the connection's credentials. Rejects as `fetch` does. */
export function askRegistry(
  connection: RegistryConnection,
  path: string,
  signal: AbortSignal,
): Promise<Response> {
  const { auth } = connection;
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  const headers = credentials === undefined ? {} : { authorization: `Basic ${credentials}` };
  return fetch(`${baseUrl(connection)}${path}`, { signal, headers });
}

interface Reference {
  readonly subject: string;
  readonly version: number;
}

interface Registered {
  readonly text: string;
  readonly references: readonly Reference[];
}

/** What the registry says of a schema; null when it is of another kind than Avro. */
function schemaOf(answer: unknown): Registered | null {
  const { schema, schemaType, references } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof schema !== 'string' || (schemaType ?? 'AVRO') !== 'AVRO') return null;
  return { text: schema, references: Array.isArray(references) ? (references as Reference[]) : [] };
}

/** No schema of events is made of as many parts; a registry that refers in a circle ends here, too. */
const REFERENCES_MAX = 100;

/** The texts of all schemas referred to, those that others name first; null when one cannot be had. */
async function referencesOf(
  given: readonly Reference[],
  ask: (path: string) => Promise<Response>,
): Promise<readonly string[] | null> {
  const texts = new Map<string, string>();
  let asked = 0;
  const add = async ({ subject, version }: Reference): Promise<boolean> => {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
    if (texts.has(path)) return true;
    asked += 1;
    const response = asked > REFERENCES_MAX ? null : await ask(path);
    if (response !== null && response.status >= 500) throw new Error(`HTTP ${response.status}`);
    const schema = response?.ok === true ? schemaOf(await response.json()) : null;
    if (schema === null || !(await addAll(schema.references))) return false;
    texts.set(path, schema.text);
    return true;
  };
  const addAll = async (references: readonly Reference[]): Promise<boolean> => {
    for (const reference of references) if (!(await add(reference))) return false;
    return true;
  };
  return (await addAll(given)) ? [...texts.values()] : null;
}

const SCHEMA_NOT_FOUND = 40403;

/**
 * A 404 also comes from a wrong base address or a proxy. Only the registry's own error code makes a schema
 * unknown; else a typing mistake in the configuration would park every record.
 */
async function failure(id: number, response: Response): Promise<SchemaAnswer> {
  const body = (await response.json().catch(() => null)) as { error_code?: unknown } | null;
  return response.status === 404 && body?.error_code === SCHEMA_NOT_FOUND
    ? refuse('unknown_schema_id', `the registry knows no schema ${id}`)
    : { kind: 'away', reason: `the registry answers HTTP ${response.status}` };
}

/** `fetch failed` says nothing; what it was caused by does. */
export function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  const plain = unreached(cause instanceof Error ? cause.message : '');
  if (plain !== null) return `the registry is not reached: ${plain}`;
  const code = (cause as { readonly code?: unknown } | null | undefined)?.code;
  if (typeof code === 'string') return `the registry is not reached: ${code}`;
  return error instanceof SyntaxError
    ? 'the registry does not answer in JSON'
    : 'the registry is not reached';
}

export type Registry = SchemaRegistry;

/**
 * The library's client for registering, with retries off; its options are whole, because it writes them into a
 * shared default.
 */
export const openRegistry = (connection: RegistryConnection): Registry =>
  new SchemaRegistry({
    host: baseUrl(connection),
    clientId: connection.clientId ?? 'portal-dashboard',
    ...(connection.auth === undefined ? {} : { auth: { ...connection.auth } }),
    retry: {
      maxRetryTimeInSecs: 1,
      initialRetryTimeInSecs: 0.1,
      factor: 0.2,
      multiplier: 2,
      retries: 0,
    },
  });

const baseUrl = ({ url }: RegistryConnection): string => {
  let end = url.length;
  while (url.charAt(end - 1) === '/') end -= 1;
  return url.slice(0, end);
};

const refuse = (code: DecodeError['code'], reason: string): SchemaAnswer => ({
  kind: 'refused',
  error: { code, field: null, reason },
});
