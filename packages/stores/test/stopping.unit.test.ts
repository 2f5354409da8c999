import { getEventListeners, getMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { unlessStopped } from '../src/errors.ts';

it('a store that many ask at once, while the process may be stopped, is taken for no leak', async () => {
  const { signal } = new AbortController();
  let answer = (): void => undefined;
  const work = new Promise<void>((resolve) => (answer = resolve));
  const asked = Array.from({ length: 30 }, () => unlessStopped(signal, 1, work));
  // Node prints a warning, which is no line of the log, when there are more than this; 0: it never does.
  expect(getMaxListeners(signal)).toBe(0);
  answer();
  await Promise.all(asked);
  await nextTurn();
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
