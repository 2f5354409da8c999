import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from './eventually.ts';
import { endWithUs } from './outlive.ts';

/** A server of the test's own, to be killed, paused and started again. */
export interface OwnProgram {
  /** Resolves when it answers. */
  readonly start: () => Promise<void>;
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => void;
  /** Kills it with -9, if it still runs, and resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

/** Starts it; `spawned` makes the process, each time anew. */
export async function startProgram(
  spawned: () => ChildProcess,
  isUp: () => Promise<boolean>,
  withinMs?: number,
): Promise<OwnProgram> {
  let server: ChildProcess;
  const start = async (): Promise<void> => {
    server = spawned();
    endWithUs(server);
    await new Promise((resolve, reject) => {
      server.once('spawn', resolve).once('error', reject);
    });
    await eventually(isUp, (answers) => answers, withinMs);
  };
  await start();
  return {
    start,
    signal: (name) => void server.kill(name),
    kill: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
}
