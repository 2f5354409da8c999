import { inTime, onAbort } from '@portal/async';

/**
 * The store did not do what it was asked, for a reason that passes: Redis is away, silent, loading,
 * failing over or full. The caller waits and tries again; nothing may be parked or skipped for it.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly retriable = true;
}

/** Redis knows the user not, or does not let it do what is needed: waiting does not help, the text names what. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';

  constructor(reply: string, options?: ErrorOptions) {
    const see = reply.startsWith('NOPERM')
      ? 'the rights it needs are in docs/operations.md'
      : 'see REDIS_USERNAME, REDIS_PASSWORD';
    super(`Redis refuses its user (${see}): ${reply}`, options);
  }
}

/**
 * Settles as `work` does, but after `timeoutMs` at the latest: then it rejects with StoreUnavailable.
 * `work` itself goes on; what it does later is nobody's result any more. Counts from now: call it when the
 * command is sent.
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const ended = await inTime(work, timeoutMs);
  if (ended.kind === 'late') {
    throw new StoreUnavailable(`Redis did not answer within ${timeoutMs / 1_000} s`);
  }
  return ended.value;
}

/**
 * Settles as `work` does, but `graceMs` after the signal aborts at the latest: then it rejects with StoreUnavailable. What
 * is on its way in a store that answers still ends well; a store that does not keeps nobody from stopping.
 */
export function unlessStopped<T>(
  signal: AbortSignal | undefined,
  graceMs: number,
  work: Promise<T>,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const forget = onAbort(signal, () => {
      timer = setTimeout(() => {
        reject(new StoreUnavailable('the process stops and the store has not answered'));
      }, graceMs);
    });
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      forget();
    });
  });
}
