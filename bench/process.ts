import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Written to its standard input, which is closed then. */
  readonly input?: string;
  /** The process is up (or done) at the first line of JSON it prints that has this field. */
  readonly until: string;
  readonly withinMs?: number;
  /** Folder that gets a CPU profile when the process ends. */
  readonly profile?: string | null;
}

export interface BenchProcess {
  /** The line that was waited for. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Asks it to end and waits until it did. */
  readonly stop: () => Promise<void>;
}

/** As the image runs them (deploy/Dockerfile); the floors too. */
const HEAP = '--max-semi-space-size=64';
const WITHIN_MS = 60_000;
const STDERR_KEPT = 4_000;

/**
 * Runs a script in a Node process of its own. TypeScript goes through tsx, bundles run as they ship.
 * Rejects with what it wrote to stderr when it ends without the awaited line, or says nothing in time.
 */
export async function startProcess(script: string, options: ProcessOptions): Promise<BenchProcess> {
  const { environment = {}, args = [], input = '', until, withinMs = WITHIN_MS } = options;
  const node = [
    HEAP,
    ...(script.endsWith('.ts') ? ['--import', 'tsx'] : []),
    ...profiling(options),
  ];
  const child = spawn(process.execPath, [...node, script, ...args], {
    env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) =>
    child.once('close', () => {
      resolve();
    }),
  );
  const killNow = (): void => void child.kill('SIGKILL');
  process.once('exit', killNow);
  void ended.then(() => process.off('exit', killNow));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-STDERR_KEPT);
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const said = await new Promise<BenchProcess['said']>((resolve, reject) => {
    const fail = (why: string): void => {
      reject(new Error(`${script} ${why}\n${errors}`));
    };
    const timer = setTimeout(() => {
      killNow();
      fail(`did not say '${until}' in ${withinMs} ms`);
    }, withinMs);
    void ended.then(() => {
      clearTimeout(timer);
      fail('ended too early');
    });
    let text = '';
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      const found = lines.map(jsonOf).find((line) => line !== null && until in line);
      if (found === undefined || found === null) return;
      clearTimeout(timer);
      // From here on what it prints is only taken off the pipe: reading it would cost its core's neighbour.
      child.stdout.off('data', read).resume();
      resolve(found);
    };
    child.stdout.on('data', read);
  });
  return { said, stop };
}

function profiling({ profile = null }: ProcessOptions): readonly string[] {
  if (profile === null) return [];
  mkdirSync(profile, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${profile}`];
}

function jsonOf(line: string): Readonly<Record<string, unknown>> | null {
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}
