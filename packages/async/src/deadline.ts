export type InTime<Value> =
  { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'late' };

/**
 * The value of `work`, or `late` after `ms`. Rejects as `work` does. Late work keeps running; its value or
 * its rejection is ignored. What has come in by then is read first: a busy event loop sees its timers before
 * its sockets, and an answer that waits there is not late.
 */
export async function inTime<Value>(work: Promise<Value>, ms: number): Promise<InTime<Value>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let turn: ReturnType<typeof setImmediate> | undefined;
  const late = new Promise<InTime<Value>>((resolve) => {
    timer = setTimeout(() => {
      // After the poll phase of this turn.
      turn = setImmediate(() => {
        resolve({ kind: 'late' });
      });
    }, ms);
  });
  const done = work.then((value): InTime<Value> => ({ kind: 'done', value }));
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
    clearImmediate(turn);
  }
}

/** Resolves when `work` settled, after `ms` at the latest. Never rejects. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  await inTime(work, ms).catch(() => undefined);
}
