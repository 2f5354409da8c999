import { describe, expect, it } from '@jest/globals';
import { once, singleFlight, stalledFor } from '../src/index.ts';

/** A question whose answers are given by hand. */
function asking() {
  const waiting: { give: (answer: string) => void; fail: (error: Error) => void }[] = [];
  const ask = () =>
    new Promise<string>((give, fail) => {
      waiting.push({ give, fail });
    });
  return { ask, waiting };
}

describe('a single flight', () => {
  it('is asked once for all who want to know, and anew for the next', async () => {
    const { ask, waiting } = asking();
    const question = singleFlight(ask);
    const answers = [question(), question()];
    expect(waiting).toHaveLength(1);
    waiting[0]?.give('one');
    expect(await Promise.all(answers)).toEqual(['one', 'one']);
    const next = question();
    expect(waiting).toHaveLength(2);
    waiting[1]?.give('two');
    expect(await next).toBe('two');
  });

  it('that fails, fails for all who asked, and is asked anew by the next', async () => {
    const { ask, waiting } = asking();
    const question = singleFlight(ask);
    const answers = Promise.allSettled([question(), question()]);
    waiting[0]?.fail(new Error('away'));
    expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const next = question();
    waiting[1]?.give('back');
    expect(await next).toBe('back');
  });
});

describe('what is made once', () => {
  it('is kept; a failure is not', async () => {
    const { ask, waiting } = asking();
    const made = once(ask);
    const first = made();
    waiting[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    const second = made();
    waiting[1]?.give('kept');
    expect([await second, await made(), await made()]).toEqual(['kept', 'kept', 'kept']);
    expect(waiting).toHaveLength(2);
  });
});

describe('a reader of a log', () => {
  it.each([
    ['at the end, however long ago it moved', { position: 9, end: 9, movedAt: 0 }, 0],
    ['behind an end that was told before it moved on', { position: 9, end: 7, movedAt: 0 }, 0],
    ['with records before it, since it moved last', { position: 3, end: 9, movedAt: 40 }, 60],
    ['under a clock that was set back', { position: 3, end: 9, movedAt: 140 }, 0],
  ])('stands still %s', (_what, standing, expected) => {
    expect(stalledFor(standing, 100)).toBe(expected);
  });
});
