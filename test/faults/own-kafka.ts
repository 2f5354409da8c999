import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { ownFiles, startProgram } from '@portal/testkit';
import { javaEnvironment, prepared } from './prepared.ts';

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
  const files = await ownFiles();
  const { folder } = files;
  const { listeners, settings, format, java } = more;
  const { broker, ports, args } = (await prepared('KAFKA_BROKERS', ['kafka', 'prepareKafka'], {
    folder,
    port: PORT,
    listeners,
    settings,
    format,
  })) as Prepared;
  const options = { cwd: folder, env: javaEnvironment(), stdio: 'ignore' } as const;
  const { kill, start } = await startProgram(
    () => spawn('java', ['-XX:TieredStopAtLevel=1', ...java, ...args], options),
    () => accepts(broker),
  );
  return {
    address: `127.0.0.1:${broker}`,
    addresses: Object.fromEntries(
      Object.entries(ports).map(([name, port]) => [name, `127.0.0.1:${port}`]),
    ),
    kill,
    start,
    stop: async () => {
      await kill();
      await files.remove();
    },
  };
}

interface Prepared {
  readonly broker: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly args: readonly string[];
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
