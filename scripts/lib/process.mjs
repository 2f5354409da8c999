import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Remedy } from './say.mjs';

const STOP_GRACE_MS = 10_000;

/** Without a UTF-8 locale Java cannot open a file whose path is not plain ASCII. */
export const JAVA_ENV = { ...process.env, LC_ALL: 'C.UTF-8' };

/** True when a program of that name is on the PATH. */
export function has(program) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0;
}

/** Runs a command to its end and returns its output; throws with the output when it fails. */
export function run(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => reject(new Remedy(`${command} cannot be run: ${error.message}`)));
    child.on('close', (code) => {
      const output = Buffer.concat(chunks).toString();
      if (code === 0) resolve(output);
      else reject(new Remedy(`${[command, ...args].join(' ')} failed (${code}):\n${output}`));
    });
  });
}

/**
 * Starts a program that keeps running, with its output in `folder/name.log`. It stays in this
 * process group, so that whatever kills the whole group leaves nothing behind.
 */
export function background(name, command, args, { folder, cwd = folder, env }) {
  mkdirSync(folder, { recursive: true });
  const log = join(folder, `${name}.log`);
  const descriptor = openSync(log, 'w');
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', descriptor, descriptor] });
  closeSync(descriptor);
  let running = true;
  const ended = new Promise((resolve) => {
    const end = () => resolve((running = false));
    child.on('error', end).on('exit', end);
  });
  const killNow = () => running && child.kill('SIGKILL');
  process.on('exit', killNow);
  return {
    name,
    pid: child.pid,
    log,
    isRunning: () => running,
    async stop() {
      child.kill('SIGTERM');
      const timer = setTimeout(killNow, STOP_GRACE_MS);
      await ended;
      clearTimeout(timer);
      process.off('exit', killNow);
    },
  };
}

/** The command line of a process, or '' when there is no such process. */
export function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)]).stdout?.toString() ?? '';
  }
}

const NPM_WATCH_MS = 500;

/**
 * Stops this process when the npm that runs it is stopped. npm passes SIGTERM on to its shell alone,
 * and Debian's shell does not pass it on: what it runs would go on with nobody to stop it.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, NPM_WATCH_MS).unref();
}

/** Runs `stop` once on Ctrl-C, a closed terminal or SIGTERM, then exits as a killed program does. */
export function onSignal(stop) {
  let stopping = false;
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  for (const [signal, number] of Object.entries(numbers)) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      await stop(signal);
      process.exit(128 + number);
    });
  }
}
