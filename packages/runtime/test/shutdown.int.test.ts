import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';

const PROGRAM = path.resolve('packages/runtime/test/support/stoppable.ts');

/** Longer than any test: a process that waits for it fails the test. */
const LONG = '600000';

/** Runs the program, sends the signals once it is up, and returns what it printed and its exit code. */
async function run(args: readonly string[], ...signals: NodeJS.Signals[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line === 'up') for (const signal of signals) child.kill(signal);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { lines: lines.slice(1), code };
}

describe('a process with installShutdown', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops its parts in order on %s, exit 0',
    async (signal) => {
      expect(await run(['well', LONG], signal)).toEqual({
        lines: ['first', 'middle', 'last'],
        code: 0,
      });
    },
  );

  it('stops the other parts when one fails, and exits with 1', async () => {
    expect(await run(['failing', LONG], 'SIGTERM')).toEqual({ lines: ['first', 'last'], code: 1 });
  });

  it('exits with 1 at the deadline when a part never stops', async () => {
    expect(await run(['never', '100'], 'SIGTERM')).toEqual({ lines: ['first'], code: 1 });
  });

  it('stops in order and exits with 1 when the process gives up by itself', async () => {
    const lines = ['first', 'middle', 'last'];
    expect(await run(['well', LONG, 'failed'])).toEqual({ lines, code: 1 });
  });

  it('exits with 1 and stops nothing when it gives up before anything is open', async () => {
    expect(await run(['well', LONG, 'failed', 'early'])).toEqual({ lines: [], code: 1 });
  });

  it('exits with 0 when it is told to stop before anything is open', async () => {
    expect(await run(['well', LONG, 'never open'], 'SIGTERM')).toEqual({ lines: [], code: 0 });
  });

  it.each([
    ['before anything is open', ['early']],
    ['and stops nothing', []],
  ])('exits with 2 when it must not start, at once: %s', async (_, early) => {
    expect(await run(['well', LONG, 'refused', ...early])).toEqual({ lines: [], code: 2 });
  });

  it('exits at once on a second signal', async () => {
    expect(await run(['never', LONG], 'SIGTERM', 'SIGINT')).toMatchObject({ code: 1 });
  });
});
