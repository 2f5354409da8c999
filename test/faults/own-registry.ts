import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { endWithUs } from '@portal/testkit';
import { eventually } from '../e2e/process.ts';

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

const script = (name: string): string =>
  JSON.stringify(pathToFileURL(resolve(__dirname, `../../scripts/lib/${name}.mjs`)).href);
/** Apart from what `npm run stack` and `npm test` prefer. */
const PORT = 31_081;

export async function startOwnRegistry(
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'own-registry-'));
  const { args, cwd, port } = await prepare(folder);
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  let server: ChildProcess;
  const json = async (path: string, body?: object): Promise<Record<string, unknown>> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
    const response = await fetch(`${url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  };
  const start = async (): Promise<void> => {
    const env = { ...process.env, LC_ALL: 'C.UTF-8', ...settings };
    server = spawn('java', args, { cwd, env, stdio: 'ignore' });
    endWithUs(server);
    await eventually(
      () => json('/subjects').then(() => true),
      (isUp) => isUp,
      180_000,
    );
  };
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  await start();
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
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Prepared {
  readonly port: number;
  readonly cwd: string;
  readonly args: readonly string[];
}

/** The stack's own scripts are ES modules, which do not load inside Jest. */
async function prepare(folder: string): Promise<Prepared> {
  const code = `
    import { prepareRegistry } from ${script('native/registry')};
    import { ensurePrograms } from ${script('native/programs')};
    await ensurePrograms(['SCHEMA_REGISTRY_URL']);
    const prepared = await prepareRegistry(${JSON.stringify({ folder, port: PORT })});
    process.stdout.write('\\n' + JSON.stringify(prepared));`;
  const run = promisify(execFile);
  // A test by hand installs nothing: it names the command. npm test has seen to it before.
  const env = { ...process.env, PORTAL_INSTALL: '0' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { env });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Prepared;
}
