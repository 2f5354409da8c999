import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { endWithUs } from '@portal/testkit';
import { eventually } from '../e2e/process.ts';

/** A Kafka node of the test's own, to be killed. */
export interface OwnKafka {
  readonly address: string;
  /** Of the listeners asked for besides, by name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Kills it with -9; what it wrote stays. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const script = (name: string): string =>
  JSON.stringify(pathToFileURL(resolve(__dirname, `../../scripts/lib/native/${name}.mjs`)).href);
/** Apart from what `npm run stack` and `npm test` prefer. */
const PORT = 31_192;

/** Beside the plain listener and our own settings. */
export interface MoreKafka {
  /** Name → protocol. */
  readonly listeners: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** Arguments of the storage tool. */
  readonly format: readonly string[];
  /** Arguments of Java. */
  readonly java: readonly string[];
}

const NOTHING_MORE: MoreKafka = { listeners: {}, settings: {}, format: [], java: [] };

export async function startKafka(more: MoreKafka = NOTHING_MORE): Promise<OwnKafka> {
  const folder = await mkdtemp(join(tmpdir(), 'own-kafka-'));
  const { broker, ports, args } = await prepare(folder, more);
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawn('java', ['-XX:TieredStopAtLevel=1', ...more.java, ...args], {
      cwd: folder,
      // Without a UTF-8 locale Java cannot open a file whose path is not plain ASCII.
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      stdio: 'ignore',
    });
    endWithUs(server);
    await eventually(
      () => accepts(broker),
      (isUp) => isUp,
    );
  };
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  await start();
  return {
    address: `127.0.0.1:${broker}`,
    addresses: Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [name, `127.0.0.1:${port}`]),
    ),
    kill,
    start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

interface Prepared {
  readonly broker: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly args: readonly string[];
}

/** The stack's own scripts are ES modules, which do not load inside Jest. */
async function prepare(
  folder: string,
  { listeners, settings, format }: MoreKafka,
): Promise<Prepared> {
  const code = `
    import { prepareKafka } from ${script('kafka')};
    import { ensurePrograms } from ${script('programs')};
    await ensurePrograms(['KAFKA_BROKERS']);
    const prepared = await prepareKafka(${JSON.stringify({ folder, port: PORT, listeners, settings, format })});
    process.stdout.write('\\n' + JSON.stringify(prepared));`;
  const run = promisify(execFile);
  // A test by hand installs nothing: it names the command. npm test has seen to it before.
  const env = { ...process.env, PORTAL_INSTALL: '0' };
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { env });
  return JSON.parse(stdout.split('\n').at(-1) ?? '') as Prepared;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((answer) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (isUp: boolean) => () => {
      socket.destroy();
      answer(isUp);
    };
    socket.once('connect', finish(true)).once('error', finish(false));
  });
