import { onAbort } from './on-abort.ts';

export type OrAborted<Value> =
  { readonly kind: 'done'; readonly value: Value } | { readonly kind: 'aborted' };

/**
 * The value of `work`, or `aborted` once the signal aborts. Rejects as `work` does. Work that is given up keeps
 * running; its value or its rejection is ignored. Nothing stays with the signal afterwards.
 */
export function orAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<OrAborted<Value>> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      resolve({ kind: 'aborted' });
    });
    const done = (value: Value): void => {
      resolve({ kind: 'done', value });
    };
    void work.then(done, reject).finally(forget);
  });
}
