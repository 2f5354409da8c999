import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { waitOut } from '../src/kafka/wait-out.ts';
import { createAlarm, unlessAborted } from '../src/wait.ts';

const never = new Promise<never>(() => undefined);

describe('an alarm', () => {
  it('leaves nothing behind on a signal that lives on', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { signal } = new AbortController();
    const alarm = createAlarm();
    const waitOften = async (): Promise<number> => {
      for (let n = 0; n < 60_000; n += 1) {
        const waiting = alarm.wait(1e6, signal);
        alarm.wake();
        await waiting;
      }
      // Lets go of what the last turn of the loop still holds.
      await new Promise(setImmediate);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await waitOften();
    expect((await waitOften()) - before).toBeLessThan(1_000_000);
  });

  it('ends with its signal, and by itself', async () => {
    const over = new AbortController();
    const waiting = createAlarm().wait(1e6, over.signal);
    over.abort();
    await waiting;
    await createAlarm().wait(1e6, over.signal);
    await createAlarm().wait(1, new AbortController().signal);
  });
});

describe('waiting for a source that is away', () => {
  it('ends at once when nobody waits any more, though the attempt under way does not', async () => {
    const over = new AbortController();
    const waiting = waitOut(
      () => never,
      over.signal,
      () => undefined,
    );
    over.abort();
    await expect(waiting).rejects.toMatchObject({ retriable: true });
  });

  it('makes no attempt more after its pause was cut short', async () => {
    const over = new AbortController();
    let attempts = 0;
    const waiting = waitOut(
      () => {
        attempts += 1;
        return Promise.reject(new Error('away'));
      },
      over.signal,
      () => {
        over.abort();
      },
    );
    await expect(waiting).rejects.toThrow('away');
    expect(attempts).toBe(1);
  });

  it('gives what came in time, and passes trouble on', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    await expect(unlessAborted(never, AbortSignal.abort())).rejects.toThrow('in time');
  });
});
