import { describe, expect, it } from '@jest/globals';
import { type DocumentReader } from '@portal/stores';
import { memoryReader, REF, startReader, storedCustomer } from './support/reader.ts';

const WAITING_MAX = 3;

/** A store that answers when it is let, and counts who asked. */
async function slowReader() {
  const documents = await memoryReader(new Map([[REF, storedCustomer(REF)]]));
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const all: (() => void)[] = [];
  let asked = 0;
  const slow: DocumentReader = {
    ...documents,
    document: async (...given) => {
      asked += 1;
      if (asked === WAITING_MAX) for (const each of all) each();
      await opened;
      return documents.document(...given);
    },
  };
  const waiting = new Promise<void>((resolve) => all.push(resolve));
  return { documents: slow, open, waiting };
}

describe.each(['hot', 'express'] as const)('a reader under more load than it can take', (route) => {
  it(`refuses at once who would wait too long, and nobody else (${route})`, async () => {
    const { documents, open, waiting } = await slowReader();
    const settings = { documents, waitingMax: WAITING_MAX, ready: null };
    const reader = await startReader(settings, undefined, route);
    const first = Array.from({ length: WAITING_MAX }, () => reader.get());
    await waiting;
    const refused = await reader.get();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toEqual({ detail: 'Dashboard temporarily unavailable' });
    // What needs no store is answered as ever.
    expect((await reader.get('token=x')).status).toBe(401);
    expect(reader.log.join('')).toContain('overload');
    open();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await reader.get()).status).toBe(200);
    await reader.stop();
  });
});
