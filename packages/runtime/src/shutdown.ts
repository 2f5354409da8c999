import { inTime } from '@portal/async';
import { type Logger } from './logger.ts';

/** One thing to stop, named for the log. */
export interface ShutdownStep {
  readonly name: string;
  readonly stop: () => Promise<unknown>;
}

export interface ShutdownOptions {
  /** Stopped one after the other; a step that fails is logged and the next one still runs. */
  readonly steps: readonly ShutdownStep[];
  readonly deadlineMs: number;
  readonly logger: Logger;
  readonly exit: (code: number) => void;
}

/**
 * Stops the process gracefully on SIGTERM and SIGINT and exits with 0, or with 1 when a step failed
 * or the deadline passed. A second signal exits at once. Returns `fail`: the same stop for a process
 * that cannot go on, which exits with 1 whatever the steps do.
 */
export function installShutdown({ steps, deadlineMs, logger, exit }: ShutdownOptions): {
  readonly fail: (reason: string) => void;
} {
  let stopping = false;
  const begin = (reason: string, code: number): void => {
    if (stopping) {
      logger.warn({ reason }, 'stopping at once');
      exit(1);
      return;
    }
    stopping = true;
    logger.info({ reason }, 'stopping');
    void stopAll(steps, deadlineMs, logger).then((clean) => {
      exit(clean ? code : 1);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      begin(signal, 0);
    });
  }
  const fail = (reason: string): void => {
    if (stopping) return;
    logger.fatal({ reason }, 'cannot go on');
    begin(reason, 1);
  };
  return { fail };
}

/** True when every step ended well within the deadline. */
async function stopAll(
  steps: readonly ShutdownStep[],
  deadlineMs: number,
  logger: Logger,
): Promise<boolean> {
  const stopped = await inTime(stopInTurn(steps, logger), deadlineMs);
  if (stopped.kind === 'done') return stopped.value;
  logger.error({ deadlineMs }, 'not stopped within the deadline');
  return false;
}

async function stopInTurn(steps: readonly ShutdownStep[], logger: Logger): Promise<boolean> {
  let clean = true;
  for (const { name, stop } of steps) {
    try {
      await stop();
    } catch (error) {
      clean = false;
      logger.error({ err: error, step: name }, 'a step of the shutdown failed');
    }
  }
  return clean;
}
