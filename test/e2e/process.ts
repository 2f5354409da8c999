import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { endWithUs } from '@portal/testkit';
import { afterAll } from '@jest/globals';

export { eventually } from '@portal/testkit';

/** A service running as its own process, from the bundle that ships. */
export interface ServiceProcess {
  readonly url: string;
  /** Lines of its log so far. */
  readonly log: readonly string[];
  kill(signal: NodeJS.Signals): Promise<number | null>;
  /** Without waiting for anything: to freeze it and to let it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  /** Its exit code, once it ended by itself or was ended. */
  readonly exited: Promise<number | null>;
}

const READY_WITHIN_MS = 60_000;

/** A test that fails half way must not leave its processes behind. Hooks of a describe come before this one. */
const running = new Set<ChildProcess>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts Node with nothing in its environment but what is given, and kills it with the test file. */
export function spawnNode(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  endWithUs(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Starts `services/<name>/dist/main.cjs` on a free port and waits until it says which one. */
export async function startService(
  name: 'projector' | 'reader',
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  const child = spawnNode([`services/${name}/dist/main.cjs`], {
    HOST: '127.0.0.1',
    PORT: '0',
    ...environment,
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const port = await new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`${name} did not say its port:\n${log.join('\n')}`));
    }, READY_WITHIN_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${name} exited with ${code}:\n${log.join('\n')}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const found = portIn(line);
      if (found === null) return;
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(found);
    });
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
  });
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ log, exited },
    kill: (signal) => killed(child, signal),
    signal: (signal) => void child.kill(signal),
  };
}

/** Runs a service that does not stay, to its end. */
export async function endOf(
  name: 'projector' | 'reader',
  environment: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly log: string }> {
  const child = spawnNode([`services/${name}/dist/main.cjs`, ...args], {
    ...{ HOST: '127.0.0.1', PORT: '0' },
    ...environment,
  });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => log.push(chunk.toString()));
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, log: log.join('') };
}

function portIn(line: string): number | null {
  try {
    const { port } = JSON.parse(line) as { readonly port?: unknown };
    return typeof port === 'number' ? port : null;
  } catch {
    return null;
  }
}

/** Resolves with the exit code; null when the signal itself ended the process. */
export function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (code) => {
      resolve(code);
    });
    child.kill(signal);
  });
}
