import { inTime } from '@portal/async';
import { type Logger } from './logger.ts';

/** Why a process ends. */
export type Ending = {
  /**
   * told:    somebody asked for it.
   * failed:  it cannot go on.
   * refused: it must not start. Nothing was read or written, so nothing is to be finished: it ends at once.
   */
  readonly kind: 'told' | 'failed' | 'refused';
  readonly reason: string;
};

export const EXIT_CODES = {
  told: 0,
  failed: 1,
  refused: 2,
} as const satisfies Record<Ending['kind'], number>;

/** One thing to stop, named for the log. */
export interface ShutdownStep {
  readonly name: string;
  readonly stop: () => Promise<unknown>;
}

export interface ShutdownOptions {
  readonly deadlineMs: number;
  readonly logger: Logger;
  readonly exit: (code: number) => void;
}

export interface Shutdown {
  /** Everything is open. The steps are taken one after the other; when one fails, that is logged and the next one still runs. */
  opened(steps: readonly ShutdownStep[]): void;
  /**
   * Ends the process: all that is open is stopped, then it exits with the code of the ending, or with 1 when a step
   * failed or the deadline passed. The first ending counts; to be told once more ends it at once, with 1.
   */
  end(ending: Ending): void;
}

/** The one place that ends a process, to be made before anything is opened. SIGTERM and SIGINT tell it to end. */
export function installShutdown({ deadlineMs, logger, exit }: ShutdownOptions): Shutdown {
  let open: readonly ShutdownStep[] | null = null;
  let isEnding = false;
  const end = ({ kind, reason }: Ending): void => {
    if (isEnding && kind !== 'told') return;
    if (isEnding) {
      logger.warn({ reason }, 'stopping at once');
      exit(EXIT_CODES.failed);
      return;
    }
    isEnding = true;
    if (kind !== 'told') logger.fatal({ reason }, fatalText(kind, open !== null));
    if (open === null || kind === 'refused') {
      exit(EXIT_CODES[kind]);
      return;
    }
    logger.info({ reason }, 'stopping');
    void stopAll(open, deadlineMs, logger).then((clean) => {
      exit(clean ? EXIT_CODES[kind] : EXIT_CODES.failed);
    });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      end({ kind: 'told', reason: signal });
    });
  }
  return {
    opened: (steps) => {
      open = steps;
    },
    end,
  };
}

function fatalText(kind: 'failed' | 'refused', isOpen: boolean): string {
  if (kind === 'refused') return 'refused to start';
  return isOpen ? 'cannot go on' : 'ended before it was fully started';
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
