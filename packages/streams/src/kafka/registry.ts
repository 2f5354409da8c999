import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { inTime } from '@portal/async';
import { type DecodeError, LOGICAL_TYPES } from '@portal/contracts';
import { messageOf } from '../wait.ts';

export interface RegistryConnection {
  /** Base address of a Confluent-compatible API, such as `http://registry:8080/apis/ccompat/v7`. */
  readonly url: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly clientId?: string;
}

/** What is known of one schema id. `refused` is the registry's answer; `away` means it gave none. */
export type SchemaAnswer =
  | { readonly kind: 'schema'; readonly text: string }
  | { readonly kind: 'refused'; readonly error: DecodeError }
  | { readonly kind: 'away'; readonly reason: string };

/** The library has no time-out of its own: a registry that never answers would hold a partition unseen. */
const DEADLINE_MS = 5_000;

/**
 * Fetches the text of writer schemas by id, one request per call; callers keep what they got.
 * Answers `away` on a deadline, a refused connection, a 401 or a 5xx; never rejects.
 */
export function createSchemaFetcher(
  connection: RegistryConnection,
  deadlineMs: number = DEADLINE_MS,
): (id: number) => Promise<SchemaAnswer> {
  let client = openRegistry(connection);
  return async (id) => {
    try {
      const answer = await inTime(client.getSchema(id), deadlineMs);
      if (answer.kind === 'late') {
        // The library would hand the hanging request to whoever asks for this id next.
        client = openRegistry(connection);
        return { kind: 'away', reason: `no answer in ${deadlineMs} ms` };
      }
      return schemaText(id, answer.value);
    } catch (error) {
      return await failure(connection, id, error, deadlineMs);
    }
  };
}

export type Registry = SchemaRegistry;

/**
 * The library's client with retries off; its options are whole, because it writes them into a shared
 * default. It hands out schemas as it understood them, so it must understand logical types.
 */
export const openRegistry = (connection: RegistryConnection): Registry =>
  new SchemaRegistry(
    {
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
    },
    { [SchemaType.AVRO]: { logicalTypes: LOGICAL_TYPES } },
  );

function schemaText(id: number, schema: unknown): SchemaAnswer {
  const avro = schema as { schema?: (options: { exportAttrs: true }) => unknown };
  if (typeof avro.schema !== 'function') return refuse('wrong_schema', `schema ${id} is not Avro`);
  return { kind: 'schema', text: JSON.stringify(avro.schema({ exportAttrs: true })) };
}

async function failure(
  connection: RegistryConnection,
  id: number,
  error: unknown,
  deadlineMs: number,
): Promise<SchemaAnswer> {
  const status = httpStatus(error);
  // No HTTP error: the registry answered 200 with a schema the library cannot parse.
  if (status === null) {
    return refuse('wrong_schema', `schema ${id} cannot be read: ${messageOf(error)}`);
  }
  if (status === 404 && (await isUnknown(connection, id, deadlineMs))) {
    return refuse('unknown_schema_id', `the registry knows no schema ${id}`);
  }
  return { kind: 'away', reason: `HTTP ${status}: ${messageOf(error)}` };
}

/** Errors of the library's client carry a status; a refused connection is given as one, too. */
function httpStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error)) return null;
  return typeof error.status === 'number' ? error.status : null;
}

const SCHEMA_NOT_FOUND = 40403;

/**
 * A 404 also comes from a wrong base address or a proxy, and the library drops the body that tells them
 * apart. Only the registry's own error code makes a schema unknown; else a typing mistake in the
 * configuration would park every record.
 */
async function isUnknown(
  connection: RegistryConnection,
  id: number,
  deadlineMs: number,
): Promise<boolean> {
  const { auth } = connection;
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  try {
    const response = await fetch(`${baseUrl(connection)}/schemas/ids/${id}`, {
      signal: AbortSignal.timeout(deadlineMs),
      headers: credentials === undefined ? {} : { authorization: `Basic ${credentials}` },
    });
    const body = (await response.json()) as { error_code?: unknown } | null;
    return response.status === 404 && body?.error_code === SCHEMA_NOT_FOUND;
  } catch {
    return false;
  }
}

const baseUrl = (connection: RegistryConnection): string => connection.url.replace(/\/+$/, '');

const refuse = (code: DecodeError['code'], reason: string): SchemaAnswer => ({
  kind: 'refused',
  error: { code, field: null, reason },
});
