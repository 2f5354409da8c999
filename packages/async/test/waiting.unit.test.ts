import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { atMost, backoff, inTime, onAbort, orAborted, sleep } from '../src/index.ts';

const never = new Promise<never>(() => undefined);
const { signal } = new AbortController();

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  expect(jest.getTimerCount()).toBe(0);
  jest.useRealTimers();
});

/** Whether it has settled by now. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  work.then(
    () => (settled = true),
    () => (settled = true),
  );
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  return settled;
}

/** Time, and the turn of the event loop after it. */
function passes(ms: number): void {
  jest.advanceTimersByTime(ms);
  jest.advanceTimersByTime(1);
}

describe('work that a signal ends', () => {
  it('is what it comes to, and leaves nothing with the signal', async () => {
    expect(await orAborted(Promise.resolve(7), signal)).toEqual({ kind: 'done', value: 7 });
    await expect(orAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('is given up at once, also when the signal came first', async () => {
    const ending = new AbortController();
    const waiting = orAborted(never, ending.signal);
    expect(await isSettled(waiting)).toBe(false);
    ending.abort();
    expect(await waiting).toEqual({ kind: 'aborted' });
    expect(await orAborted(Promise.resolve(7), ending.signal)).toEqual({ kind: 'aborted' });
  });
});

describe('work with a deadline', () => {
  it('is what it comes to, and leaves no timer behind', async () => {
    expect(await inTime(Promise.resolve(7), 1_000)).toEqual({ kind: 'done', value: 7 });
    await expect(inTime(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
  });

  it('is late at its deadline, not before', async () => {
    const waiting = inTime(never, 1_000);
    jest.advanceTimersByTime(999);
    expect(await isSettled(waiting)).toBe(false);
    passes(1);
    expect(await waiting).toEqual({ kind: 'late' });
  });

  it('may fail after it, and nobody is troubled', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const waiting = inTime(work, 10);
    passes(10);
    await waiting;
    fail(new Error('too late'));
    expect(await isSettled(work)).toBe(true);
  });

  it('can be waited for whatever comes of it', async () => {
    await atMost(1_000, Promise.reject(new Error('no')));
    const waiting = atMost(1_000, never);
    passes(1_000);
    await waiting;
  });
});

describe('many who wait for one signal', () => {
  it('share one listener, and leave nothing with it when the last one is gone', async () => {
    const { signal: own } = new AbortController();
    const works = Array.from({ length: 50 }, () => orAborted(Promise.resolve(1), own));
    const pauses = Array.from({ length: 50 }, () => sleep(1_000, own));
    const nothing = (): void => undefined;
    const [forgetOne, forgetOther] = [onAbort(own, nothing), onAbort(own, nothing)];
    expect(getEventListeners(own, 'abort')).toHaveLength(1);
    await Promise.all(works);
    forgetOne();
    await jest.advanceTimersByTimeAsync(1_000);
    await Promise.all(pauses);
    expect(getEventListeners(own, 'abort')).toHaveLength(1);
    forgetOther();
    forgetOther();
    expect(getEventListeners(own, 'abort')).toEqual([]);
  });

  it('are all told, each once, also those who come while they are told', () => {
    const over = new AbortController();
    const told: string[] = [];
    const forget = onAbort(over.signal, () => told.push('forgotten'));
    onAbort(over.signal, () => {
      told.push('first');
      onAbort(over.signal, () => told.push('late'));
    });
    onAbort(over.signal, () => told.push('second'));
    forget();
    over.abort();
    expect(told).toEqual(['first', 'late', 'second']);
  });
});

describe('a pause', () => {
  it('ends after its time', async () => {
    jest.useRealTimers();
    await sleep(1, signal);
    jest.useFakeTimers();
  });

  it('ends at once when its signal aborts, or has aborted', async () => {
    const over = new AbortController();
    const waiting = sleep(1e6, over.signal);
    over.abort();
    await waiting;
    await sleep(1e6, over.signal);
  });

  it('between attempts doubles from the first to the longest, for ever', () => {
    expect([0, 1, 2, 3].map((attempt) => backoff(attempt, 100, 500))).toEqual([100, 200, 400, 500]);
    fc.assert(
      fc.property(fc.nat(), (attempt) => {
        const pause = backoff(attempt);
        expect(pause).toBeGreaterThanOrEqual(100);
        expect(pause).toBeLessThanOrEqual(5_000);
        expect(backoff(attempt + 1)).toBeGreaterThanOrEqual(pause);
      }),
    );
  });
});
