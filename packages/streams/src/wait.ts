import { backoff, inTime, sleep, unreached } from '@portal/async';

/** The source did not answer while somebody waited; asked again later it may. */
export class SourceAway extends Error {
  override readonly name = 'SourceAway';
  readonly retriable = true;
}

/** Settles as `work` does; once the signal aborts, it rejects at once. `work` goes on, for nobody. */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new SourceAway('the source did not answer in time'));
    };
    signal.addEventListener('abort', abort);
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
    if (signal.aborted) abort();
  });
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

/**
 * Repeats `task` until it succeeds: trouble of the source is waited out, not passed on. `trouble` hears
 * of every failure. Rejects only once the signal aborts, and then at once.
 */
export async function waitOut<Result>(
  task: () => Promise<Result>,
  signal: AbortSignal,
  trouble: (reason: string, retryInMs: number) => void,
): Promise<Result> {
  const isOver = (): boolean => signal.aborted;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await unlessAborted(task(), signal);
    } catch (error) {
      if (isOver()) throw error;
      const pause = backoff(attempt);
      trouble(messageOf(error), pause);
      await sleep(pause, signal);
      if (isOver()) throw error;
    }
  }
}

/** What went wrong, in words for people: who is not reached and why. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return unreached(text) ?? PLAIN.find(([said]) => text.includes(said))?.[1] ?? text;
}

/** What kafkajs says in words of its own or of the protocol. */
const PLAIN: readonly (readonly [said: string, plain: string])[] = [
  ['Broker not connected', 'a broker takes connections and does not answer'],
  ['Connection timeout', 'a broker does not take the connection in time'],
  ['This server does not host this topic-partition', 'a topic does not exist: setup creates them'],
  ['There is no leader for this topic-partition', 'a partition has no leader at the moment'],
];

/** Waits that somebody can cut short: `wait` resolves after `ms`, at `wake`, or when the signal aborts. */
export interface Alarm {
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export function createAlarm(): Alarm {
  const waiting = new Set<() => void>();
  return {
    // Not `AbortSignal.any`: what it makes stays with a signal that lives on, some 90 bytes for each wait.
    wait: (ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          waiting.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
        signal.addEventListener('abort', done);
        if (signal.aborted) done();
      }),
    wake: () => {
      for (const done of [...waiting]) done();
    },
  };
}
