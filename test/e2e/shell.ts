import { execFile } from 'node:child_process';

export const COMMAND = 'services/cli/dist/main.cjs';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of shell; `$0` is Node. The exit code is that of the first program of a pipe that failed. */
export const shell = (
  line: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> =>
  new Promise((resolve) => {
    const args = ['--norc', '-c', `set -o pipefail; ${line}`, process.execPath];
    const env = { PATH: process.env['PATH'], ...environment };
    execFile('bash', args, { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, stdout, stderr });
    });
  });
