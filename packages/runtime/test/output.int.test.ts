import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';

const PROGRAM = path.resolve('packages/runtime/test/support/writing.ts');

/** Runs the program, reads nothing of it before it has written all, and returns what came and what it said was lost. */
async function run(written: number) {
  const child = fork(PROGRAM, [String(written)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const said: Record<string, number>[] = [];
  const losses = new Promise<void>((resolve) => {
    child.on('message', (message: Record<string, number>) => {
      said.push(message);
      if ('lost' in message) resolve();
    });
  });
  await once(child, 'message');
  const reading = text(child.stdout!);
  const dropped = said[0]?.['dropped'] ?? 0;
  if (dropped > 0) await losses;
  child.send('end');
  const lines = (await reading).split('\n');
  return { lines, dropped, lost: said.slice(1).map((message) => message['lost']) };
}

describe('the output of log lines', () => {
  it('lets the process end though nobody reads it', async () => {
    const child = fork(PROGRAM, ['30000'], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    child.send('end');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });

  it('holds every line in order, also those that waited when the process exited', async () => {
    const { lines, dropped } = await run(2_000);
    expect(dropped).toBe(0);
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      ...Array.from({ length: 2_000 }, (_, line) => String(line)),
      'last',
      '',
    ]);
  });

  it('that nobody reads loses whole lines, counts each and tells it when there is room', async () => {
    const { lines, dropped, lost } = await run(30_000);
    expect(dropped).toBeGreaterThan(0);
    expect(lost).toEqual([dropped]);
    expect(lines.slice(-2)).toEqual(['last', '']);
    const whole = lines.filter((line) => /^\d+ é x{1000}$/.test(line));
    expect([whole.length, lines.length]).toEqual([30_000 - dropped, 30_000 - dropped + 2]);
  });
});
