import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import { unlessStopped } from '../src/errors.ts';

it('a store that many ask at once, while the process may be stopped, is taken for no leak', async () => {
  const { signal } = new AbortController();
  const asked = Array.from({ length: 30 }, (_, n) => unlessStopped(signal, 1, Promise.resolve(n)));
  // Node prints a warning, which is no line of the log, when more than ten listen.
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  expect(await Promise.all(asked)).toHaveLength(30);
});
