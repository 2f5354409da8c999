import { type DecodeError } from '@portal/contracts';
import {
  askRegistry,
  type RegistryConnection,
  registryRefusal,
  type RegistryResponse,
  registryTrouble,
} from './registry-http.ts';

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
      const ask = (path: string): Promise<RegistryResponse> =>
        askRegistry(connection, { method: 'GET', path, signal });
      const response = await ask(`/schemas/ids/${id}`);
      if (response.status !== 200) return failure(id, response);
      if (response.body === undefined) return { kind: 'away', reason: NO_JSON };
      const schema = schemaOf(response.body);
      if (schema === null) return refuse('wrong_schema', `schema ${id} is not Avro`);
      const references = await referencesOf(schema.references, ask);
      return references === null
        ? refuse('wrong_schema', `schema ${id} refers to schemas that cannot be read`)
        : { kind: 'schema', text: schema.text, references };
    } catch (error) {
      const reason = signal.aborted ? `no answer in ${deadlineMs} ms` : registryTrouble(error);
      return { kind: 'away', reason };
    }
  };
}

const NO_JSON = 'the registry does not answer in JSON';

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
  ask: (path: string) => Promise<RegistryResponse>,
): Promise<readonly string[] | null> {
  const texts = new Map<string, string>();
  let asked = 0;
  const add = async ({ subject, version }: Reference): Promise<boolean> => {
    const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
    if (texts.has(path)) return true;
    asked += 1;
    const response = asked > REFERENCES_MAX ? null : await ask(path);
    if (response !== null && response.status >= 500) throw new Error(`HTTP ${response.status}`);
    const schema = response?.status === 200 ? schemaOf(response.body) : null;
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
function failure(id: number, response: RegistryResponse): SchemaAnswer {
  const { error_code: code } = (response.body ?? {}) as { readonly error_code?: unknown };
  return response.status === 404 && code === SCHEMA_NOT_FOUND
    ? refuse('unknown_schema_id', `the registry knows no schema ${id}`)
    : { kind: 'away', reason: registryRefusal(response) };
}

const refuse = (code: DecodeError['code'], reason: string): SchemaAnswer => ({
  kind: 'refused',
  error: { code, field: null, reason },
});
