import { spawn } from 'node:child_process';
import { ownFiles, startProgram } from '@portal/testkit';
import { javaEnvironment, prepared } from './prepared.ts';

/** A schema registry of the test's own, to be killed. Unless it is set otherwise, it is empty when started again. */
export interface OwnRegistry {
  readonly url: string;
  /** Registers, or finds, a schema; resolves to its id. */
  register(subject: string, schema: string): Promise<number>;
  /** The text behind an id. */
  schema(id: number): Promise<string>;
  /** Kills it with -9. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes what it kept in a folder of its own. */
  stop(): Promise<void>;
}

/** Apart from what `npm run stack` and `npm test` prefer. */
const PORT = 31_081;
/** Java with all of Quarkus, on a machine that is busy. */
const UP_WITHIN_MS = 180_000;

export async function startOwnRegistry(
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnRegistry> {
  const files = await ownFiles();
  const { args, cwd, port } = (await prepared(
    'SCHEMA_REGISTRY_URL',
    ['registry', 'prepareRegistry'],
    { folder: files.folder, port: PORT },
  )) as Prepared;
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  const json = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const response = await fetch(`${url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const options = { cwd, env: javaEnvironment(settings), stdio: 'ignore' } as const;
  const { kill, start } = await startProgram(
    () => spawn('java', args, options),
    () => json('/subjects').then(() => true),
    UP_WITHIN_MS,
  );
  return {
    url,
    register: async (subject, schema) => {
      const { id } = await json(`/subjects/${subject}/versions`, { schema });
      return Number(id);
    },
    schema: async (id) => String((await json(`/schemas/ids/${id}`))['schema']),
    start,
    kill,
    stop: async () => {
      await kill();
      await files.remove();
    },
  };
}

interface Prepared {
  readonly port: number;
  readonly cwd: string;
  readonly args: readonly string[];
}
