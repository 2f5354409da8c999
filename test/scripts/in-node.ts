import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPTS = resolve(__dirname, '../../scripts');

/**
 * The scripts run on plain Node without a build, so they are tried the way they run: in a process of
 * their own. `code` sees the script's exports as `it` and gives its result to `answer`; `input` is what is typed.
 */
export function inNode(script: string, code: string, input = ''): unknown {
  const address = JSON.stringify(pathToFileURL(resolve(SCRIPTS, script)).href);
  const text = `import * as it from ${address};
    const answer = (value) => process.stdout.write(JSON.stringify(value));
    ${code}`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    encoding: 'utf8',
    input,
  });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
