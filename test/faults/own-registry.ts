import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { endWithUs } from '@portal/testkit';
import { eventually } from '../e2e/process.ts';

/** A schema registry of the test's own. It keeps its schemas in memory: started again, it is empty. */
export interface OwnRegistry {
  readonly url: string;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Apart from what `npm run stack` and `npm test` prefer. */
const PORT = 31_181;

export async function startRegistry(): Promise<OwnRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'own-registry-'));
  const { jar, port } = await prepare();
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`;
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    const args = [
      ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
      ...['-Dquarkus.http.host=127.0.0.1', `-Dquarkus.http.port=${port}`],
      ...[`-Djava.io.tmpdir=${folder}`, '-jar', jar],
    ];
    server = spawn('java', args, { cwd: dirname(jar), stdio: 'ignore' });
    endWithUs(server);
    const answers = async () => (await fetch(`${url}/subjects`)).ok;
    await eventually(answers, (isUp) => isUp, 180_000);
  };
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  await start();
  return {
    ...{ url, kill, start },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

const script = (name: string): string =>
  JSON.stringify(pathToFileURL(resolve(__dirname, `../../scripts/lib/${name}.mjs`)).href);

/** The stack's own scripts are ES modules, which do not load inside Jest. */
async function prepare(): Promise<{ readonly jar: string; readonly port: number }> {
  const code = `
    import { registryJar } from ${script('downloads')};
    import { freePorts } from ${script('network')};
    const [port] = await freePorts(${PORT}, 1);
    process.stdout.write('\\n' + JSON.stringify({ jar: await registryJar(), port }));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code]);
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Awaited<ReturnType<typeof prepare>>;
}
