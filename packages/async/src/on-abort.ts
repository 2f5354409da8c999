interface Waiting {
  readonly calls: Set<() => void>;
  readonly tell: () => void;
}

/** All who wait for a signal share one listener: hundreds may, and Node takes more than ten for a leak. */
const waitingFor = new WeakMap<AbortSignal, Waiting>();

/**
 * Calls `abort` when the signal aborts, at once if it has. Returns what takes that back; once nobody waits for a signal
 * any more, nothing stays with it. `abort` must not throw.
 */
export function onAbort(signal: AbortSignal, abort: () => void): () => void {
  if (signal.aborted) {
    abort();
    return () => undefined;
  }
  const { calls, tell } = waitingFor.get(signal) ?? listenTo(signal);
  // Of its own, so that the same function may wait twice.
  const call = (): void => {
    abort();
  };
  calls.add(call);
  return () => {
    calls.delete(call);
    if (calls.size > 0 || waitingFor.get(signal)?.calls !== calls) return;
    waitingFor.delete(signal);
    signal.removeEventListener('abort', tell);
  };
}

function listenTo(signal: AbortSignal): Waiting {
  const calls = new Set<() => void>();
  const tell = (): void => {
    waitingFor.delete(signal);
    for (const call of calls) call();
  };
  const waiting = { calls, tell };
  waitingFor.set(signal, waiting);
  signal.addEventListener('abort', tell, { once: true });
  return waiting;
}
