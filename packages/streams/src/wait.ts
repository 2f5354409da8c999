import { setTimeout as delay } from 'node:timers/promises';

/** Doubles with every attempt from `first` to `most`, in milliseconds. */
export const backoff = (attempt: number, first = 100, most = 5_000): number =>
  Math.min(most, first * 2 ** Math.min(attempt, 20));

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).catch(() => undefined);

/**
 * Repeats `task` until it succeeds: trouble of the source is waited out, not passed on. `trouble` hears
 * of every failure. Rejects only once the signal aborts, with the error of the last attempt.
 */
export async function waitOut<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
  trouble: (reason: string, retryInMs: number) => void,
): Promise<Result> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (signal.aborted) throw error;
      const pause = backoff(attempt);
      trouble(messageOf(error), pause);
      await sleep(pause, signal);
    }
  }
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Waits that somebody can cut short: `wait` resolves after `ms`, at `wake`, or when the signal aborts. */
export interface Alarm {
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export function createAlarm(): Alarm {
  let ring = new AbortController();
  return {
    wait: (ms, signal) => sleep(ms, AbortSignal.any([ring.signal, signal])),
    wake: () => {
      ring.abort();
      ring = new AbortController();
    },
  };
}
