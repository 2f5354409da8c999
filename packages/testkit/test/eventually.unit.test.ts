import { describe, expect, it } from '@jest/globals';
import { eventually, until } from '../src/eventually.ts';

describe('waiting for an answer', () => {
  it('asks again until it holds, whatever was thrown before', async () => {
    const answers = [new Error('refused'), 1, 2, 3];
    const ask = (): number => {
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next ?? 0;
    };
    expect(await eventually(ask, (answer) => answer === 2)).toBe(2);
    expect(answers).toEqual([3]);
  });

  it('ends with the last answer, or the last error', async () => {
    const asked = eventually(
      () => ({ count: 1 }),
      () => false,
      0,
    );
    await expect(asked).rejects.toThrow('{"count":1}');
    const failing = eventually(
      () => Promise.reject(new Error('refused')),
      () => true,
      0,
    );
    await expect(failing).rejects.toThrow('refused');
  });

  it('passes a failed expectation on the answer on at once', async () => {
    const wrong = eventually(
      () => 1,
      (answer) => {
        expect(answer).toBe(2);
        return true;
      },
    );
    await expect(wrong).rejects.toThrow('toBe');
  });
});

describe('waiting for a condition', () => {
  it('ends when it holds, names it when it never does, and passes on what it throws', async () => {
    let count = 0;
    await until('three', () => (count += 1) === 3);
    expect(count).toBe(3);
    await expect(until('the moon', () => Promise.resolve(false), 0)).rejects.toThrow('the moon');
    await expect(until('x', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
