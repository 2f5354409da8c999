import { createInterface } from 'node:readline';
import { killed, spawnNode } from './process.ts';

/** What `npm start -- --json` says on its standard output once it is ready. */
export interface Started {
  readonly url: string;
  readonly malformed: number;
  readonly customers: readonly {
    readonly name: string;
    readonly page: string;
    readonly answer: string;
  }[];
}

export interface StartedCommand extends Started {
  /** Lines of the standard error so far. */
  readonly said: readonly string[];
  kill(signal: NodeJS.Signals): Promise<number | null>;
}

const READY_WITHIN_MS = 60_000;

const spawnStart = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  spawnNode(['scripts/start.mjs', ...args], environment);

/** Runs what `npm start` runs and waits until it is ready. */
export async function startCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedCommand> {
  const child = spawnStart(['--json', '--port', '0', ...args], environment);
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const started = await new Promise<Started>((resolve, reject) => {
    const failed = (why: string): void => {
      reject(new Error(`${why}:\n${said.join('\n')}`));
    };
    const timer = setTimeout(() => {
      failed('not ready in time');
    }, READY_WITHIN_MS);
    child.once('close', (code) => {
      clearTimeout(timer);
      failed(`ended with ${code} before it was ready`);
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(JSON.parse(line) as Started);
    });
  });
  return { ...started, said, kill: (signal) => killed(child, signal) };
}

/** Runs it until it ends by itself. */
export async function runCommand(
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawnStart(args, {});
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: out.join(''), err: err.join('') };
}

/** Runs it as a person does, without --json, and waits for the line that holds `text`. */
export async function watchCommand(
  args: readonly string[],
  text: string,
): Promise<{ readonly line: string; kill(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawnStart(args, { NO_COLOR: '1' });
  child.stderr.resume();
  const line = await new Promise<string>((resolve, reject) => {
    child.once('close', (code) => {
      reject(new Error(`ended with ${code} and never said ${text}`));
    });
    createInterface({ input: child.stdout }).on('line', (said) => {
      if (said.includes(text)) resolve(said);
    });
  });
  return { line, kill: (signal) => killed(child, signal) };
}
