import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Ends the child when this process ends, however that comes about: a test run killed with -9 has no time
 * to stop what it started. A shell waits at a pipe that the kernel closes with us, and then kills.
 */
export function endWithUs(child: ChildProcess): void {
  if (child.pid === undefined) return;
  // In a session of its own: Ctrl-C must not end the shell before us.
  const watcher = spawn('sh', ['-c', 'read -r _; kill -9 "$0"', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watcher.unref();
  // The pid may be another process's by the time we end.
  child.once('exit', () => watcher.kill('SIGKILL'));
}
