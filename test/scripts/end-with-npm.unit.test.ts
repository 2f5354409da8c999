import { expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(resolve(__dirname, '../../scripts/lib/process.mjs')).href;

/** The way npm runs a script: its shell between, which keeps a SIGTERM to itself. */
function underShell(script: string) {
  const node = `"$NODE" --input-type=module -e "$SCRIPT"; true`;
  return spawn('sh', ['-c', node], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { NODE: process.execPath, SCRIPT: script, npm_lifecycle_event: 'start' },
  });
}

it('what npm runs ends when npm is stopped, in its own orderly way', async () => {
  const shell = underShell(`
    import { endWithNpm } from ${JSON.stringify(MODULE)};
    process.on('SIGTERM', () => { process.stdout.write('stopping', () => process.exit()); });
    setInterval(() => {}, 1000);
    endWithNpm();
    process.stdout.write('up ');`);
  let output = '';
  shell.stdout.on('data', (chunk: Buffer) => {
    if (output === '') shell.kill('SIGTERM');
    output += chunk.toString();
  });
  // The pipe is closed once the script, too, has ended.
  await once(shell.stdout, 'close');
  expect(output).toBe('up stopping');
});
