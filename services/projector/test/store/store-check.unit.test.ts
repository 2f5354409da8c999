import { type DocumentStore } from '@portal/stores';
import { describe, expect, it } from '@jest/globals';
import { createStoreCheck } from '../../src/store/store-check.ts';
import { memoryStore } from '../harness.ts';

/** A store whose servers are the ones told last. */
function serving() {
  const told = { servers: ['a', 'b', 'c'] };
  const store: DocumentStore = {
    ...memoryStore(),
    servers: () => Promise.resolve(new Set(told.servers)),
  };
  return { told, check: () => createStoreCheck(store), store };
}

describe('the servers that hold the data', () => {
  it.each([
    ['one was restarted, or its replica took over', ['a', 'b', 'd']],
    ['all were', ['d', 'e', 'f']],
  ])('end the process when %s', async (_, servers) => {
    const { told, check } = serving();
    const watching = check();
    await watching.check();
    told.servers = servers;
    await expect(watching.check()).rejects.toThrow('restarted or failed over');
  });

  it('do not when one is added, an old one goes, and later another is added', async () => {
    const { told, check } = serving();
    const watching = check();
    for (const servers of ['abc', 'abcd', 'abd', 'abde', 'bde', 'bdea']) {
      told.servers = servers.split('');
      await watching.check();
    }
  });

  it.each([
    ['one is not heard of for a moment', ['a', 'b']],
    ['one more was added', ['a', 'b', 'c', 'd']],
  ])('do not when %s', async (_, servers) => {
    const { told, check } = serving();
    const watching = check();
    await watching.check();
    told.servers = servers;
    await watching.check();
    told.servers = ['a', 'b', 'c'];
    await watching.check();
  });
});

describe('checkpoints', () => {
  it('written while the store answers are not taken for lost', async () => {
    const inner = memoryStore();
    const watching = createStoreCheck({
      ...inner,
      checkpoints: async () => {
        const checkpoints = await inner.checkpoints();
        watching.seen('usage/0', 7);
        return checkpoints;
      },
    });
    watching.seen('usage/0', 0);
    await watching.check();
    await expect(watching.check()).rejects.toThrow('was folded up to 7, now it says 0');
  });
});
