import { type ConfigResult } from '@portal/runtime';

/** How a command speaks: results to the standard output, everything else to the standard error. */
export interface Output {
  readonly json: boolean;
  /** One machine-readable result. */
  result(value: object, text: string): void;
  note(text: string): void;
  /** A wrong use or a failure; sets the exit code and says what to do. */
  fail(problem: string, remedy: string | null, exitCode: number): void;
}

export const EXIT = { failed: 1, usage: 2 } as const;

export const createOutput = (json: boolean): Output => ({
  json,
  result: (value, text) => {
    process.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
  },
  note: (text) => {
    process.stderr.write(`${text}\n`);
  },
  fail: (problem, remedy, exitCode) => {
    process.stderr.write(
      json
        ? `${JSON.stringify({ error: problem, remedy })}\n`
        : `error: ${problem}\n${remedy === null ? '' : `  ${remedy}\n`}`,
    );
    process.exitCode = exitCode;
  },
});

/** What was read, or null: the command has failed then, with every problem. */
export function readOrFail<Value>(
  output: Output,
  read: ConfigResult<Value>,
  remedy: string | null = null,
): Value | null {
  if (read.kind === 'valid') return read.config;
  output.fail(read.problems.join('; '), remedy, EXIT.usage);
  return null;
}

/**
 * Whoever reads our results may stop reading (`export | head`). That is their good right and no failure:
 * the command ends at once, without a word.
 */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}
