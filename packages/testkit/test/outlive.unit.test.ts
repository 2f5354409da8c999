import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { until } from '../src/eventually.ts';

const MODULE = join(__dirname, '../src/outlive.ts');
const PARENT = `
  import { spawn } from 'node:child_process';
  import { endWithUs } from '${MODULE}';
  const child = spawn('sleep', ['1000'], { stdio: 'ignore' });
  endWithUs(child);
  console.log(child.pid);
`;

/** A process that has started another one, and the pid of that. */
async function aParent(after: string) {
  const args = ['--import', 'tsx', '--input-type=module', '--eval', PARENT + after];
  const parent = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, pid: Number(output.toString()) };
}

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const gone = (pid: number): Promise<void> => until('the process to end', () => !lives(pid));

it('a process started by a test run ends when that is killed with -9', async () => {
  const { parent, pid } = await aParent('');
  expect(lives(pid)).toBe(true);
  parent.kill('SIGKILL');
  await gone(pid);
});

it('what watches over it does not keep the test run from ending', async () => {
  const { parent, pid } = await aParent('child.unref();');
  const [code] = (await once(parent, 'exit')) as [number];
  expect(code).toBe(0);
  await gone(pid);
});
