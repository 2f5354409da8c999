import { inTime, onAbort, orAborted } from '@portal/async';

/** The source did not answer while somebody waited; asked again later it may. */
export class SourceAway extends Error {
  override readonly name = 'SourceAway';
  readonly retriable = true;
}

/** Settles as `work` does; once the signal aborts, it rejects at once. `work` goes on, for nobody. */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const ended = await orAborted(work, signal);
  if (ended.kind === 'aborted') throw new SourceAway('the source did not answer in time');
  return ended.value;
}

/**
 * Settles as `work` does, after `ms` at the latest: then it rejects with SourceAway, whose text says that `who` did not
 * answer. `work` goes on, for nobody.
 */
export async function answeredWithin<Result>(
  work: Promise<Result>,
  ms: number,
  who: string,
): Promise<Result> {
  const ended = await inTime(work, ms);
  if (ended.kind === 'late') throw new SourceAway(`${who} did not answer within ${ms / 1_000} s`);
  return ended.value;
}

/** Waits that somebody can cut short: `wait` resolves after `ms`, at `wake`, or when the signal aborts. */
export interface Alarm {
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export function createAlarm(): Alarm {
  const waiting = new Set<() => void>();
  return {
    wait: (ms, signal) =>
      new Promise((resolve) => {
        let forget = (): void => undefined;
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          forget();
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
        forget = onAbort(signal, done);
      }),
    wake: () => {
      for (const done of [...waiting]) done();
    },
  };
}
