import { inspect } from 'node:util';
import { type ConfigResult } from './config.ts';

/** A service as a process. */
export interface Service<Config> {
  /** As it is called in messages: `The <name> cannot start`. */
  readonly name: string;
  /** One sentence for `--help`. */
  readonly does: string;
  /** The variables it reads, one a line, for `--help`. */
  readonly variables: () => string;
  readonly configOf: (environment: NodeJS.ProcessEnv) => ConfigResult<Config>;
  /** Resolves when it runs; it ends the process itself when it stops. */
  readonly run: (config: Config) => Promise<void>;
}

/** What a service needs of its process. */
export interface Host {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  exitCode?: number | string | null | undefined;
  exit(code: number): unknown;
}

/**
 * Environment in, a running service out. Ends with 0 after `--help`, with 2 when the environment is wrong (every
 * problem of it is told), with 1 when it cannot start.
 */
export async function runService<Config>(
  { name, does, variables, configOf, run }: Service<Config>,
  host: Host = process,
): Promise<void> {
  if (host.argv.includes('--help')) {
    host.stdout.write(`${does} Environment:\n\n${variables()}\n`);
    return;
  }
  const read = configOf(host.env);
  if (read.kind === 'invalid') {
    const problems = read.problems.map((each) => `  ${each}\n`).join('');
    host.stderr.write(`The ${name} cannot start:\n${problems}`);
    host.exitCode = 2;
    return;
  }
  try {
    await run(read.config);
  } catch (error) {
    host.stderr.write(`The ${name} cannot start: ${inspect(error)}\n`);
    host.exit(1);
  }
}
