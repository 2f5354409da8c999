import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The only place where a test waits for time to pass, and it waits for a condition. A pause followed by an
 * assertion fails on a slow machine, or passes before what it guards against could happen.
 */
const EVERY_MS = 20;

/** Asks again until the answer holds, and gives it; a rejection is no answer yet. Throws with the last one after `withinMs`. */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean,
  withinMs = 60_000,
): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const tried = await attempt(ask);
    if (tried.kind === 'answered' && holds(tried.answer)) return tried.answer;
    if (performance.now() > end) {
      const last = tried.kind === 'answered' ? JSON.stringify(tried.answer) : String(tried.error);
      throw new Error(`still not so after ${withinMs} ms: ${last}`);
    }
    await sleep(EVERY_MS);
  }
}

/** Waits until the condition holds. Throws with `what` after `withinMs`, and at once with what it throws. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<void> {
  for (const end = performance.now() + withinMs; !(await condition());) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await sleep(EVERY_MS);
  }
}

type Tried<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'failed'; readonly error: unknown };

async function attempt<T>(ask: () => T | Promise<T>): Promise<Tried<T>> {
  try {
    return { kind: 'answered', answer: await ask() };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
