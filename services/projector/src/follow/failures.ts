import { backoff, messageOf, sleep } from '@portal/async';
import { type PartitionName } from '@portal/projection';
import { type QuietLog } from '@portal/runtime';
import { type ProjectorMetrics } from '../metrics/metrics.ts';
import { isRetriable } from '../store/retriable.ts';

/** What failed: batches of partitions, or the start of a following. */
type Where = PartitionName | 'start';

export interface Failures {
  /** Tells of it and waits, longer each time in a row; ends the process when it goes on for too long. */
  happened(error: unknown, where: readonly Where[], doing: string): Promise<void>;
  /** It succeeded: the next failure is the first in a row. */
  over(where: Where): void;
}

export interface FailureOptions {
  readonly log: QuietLog;
  readonly metrics: Pick<ProjectorMetrics, 'retried'>;
  readonly stopping: AbortSignal;
  /** Called when the process must end; may be called more than once. */
  readonly fatal: (reason: string) => void;
}

interface InARow {
  readonly failures: number;
  /** Those that are not trouble of the store. */
  readonly unexpected: number;
}

/** Unexpected errors in a row before the process gives up; trouble of the store does not count. */
export const UNEXPECTED_MAX = 10;

/** Counts the failures of each partition since its last success; those of others do not count. */
export function createFailures({ log, metrics, stopping, fatal }: FailureOptions): Failures {
  const inARow = new Map<Where, InARow>();
  return {
    happened: async (error, where, doing) => {
      const known = isRetriable(error);
      metrics.retried(known ? 'store_unavailable' : 'unexpected');
      let most: InARow = { failures: 0, unexpected: 0 };
      for (const one of where) {
        const before = inARow.get(one) ?? { failures: 0, unexpected: 0 };
        const now = {
          failures: before.failures + 1,
          unexpected: known ? 0 : before.unexpected + 1,
        };
        inARow.set(one, now);
        if (now.failures > most.failures) most = now;
        if (now.unexpected > UNEXPECTED_MAX) fatal(`${doing} keeps failing: ${String(error)}`);
      }
      tell(log, error, known, { doing, failures: most.failures });
      await sleep(backoff(most.failures), stopping);
    },
    over: (where) => {
      inARow.delete(where);
    },
  };
}

/** Without the stack when the store is away: it would tell nothing. */
function tell(log: QuietLog, error: unknown, isExpected: boolean, fields: object): void {
  const cause = isExpected ? 'store' : `unexpected: ${messageOf(error)}`;
  const what = isExpected ? { reason: messageOf(error) } : { err: error };
  log.warn(cause, { ...what, ...fields }, 'will be tried again');
}
