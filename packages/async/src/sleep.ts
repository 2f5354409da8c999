import { onAbort } from './on-abort.ts';

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    let forget = (): void => undefined;
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, ms);
    forget = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
