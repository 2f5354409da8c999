import { backoff, sleep } from '@portal/async';
import { unlessAborted } from '../wait.ts';
import { troubleOf } from './trouble.ts';

/**
 * Repeats `task` until it succeeds: trouble of the source is waited out, not passed on. `trouble` hears
 * of every failure. Rejects only once the signal aborts, and then at once.
 */
export async function waitOut<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
  trouble: (reason: string, retryInMs: number, refused: boolean) => void,
): Promise<Result> {
  const isOver = (): boolean => signal.aborted;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await unlessAborted(task(), signal);
    } catch (error) {
      if (isOver()) throw error;
      const pause = backoff(attempt);
      const { reason, refused } = troubleOf(error);
      trouble(reason, pause, refused);
      await sleep(pause, signal);
      if (isOver()) throw error;
    }
  }
}
