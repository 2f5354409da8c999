import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAMILIES } from '@portal/projection';
import { type EventSource } from '../../src/index.ts';
import { createRecorder, customerOf, eventIds, recordOf, until, usageOf } from '../recorder.ts';
import { openSource, openStack, registry, type Stack } from './stack.ts';

describe('a consumer group', () => {
  let stack: Stack;
  const sources: EventSource[] = [];
  beforeEach(async () => {
    stack = await openStack();
  });
  afterEach(async () => {
    for (const source of sources.splice(0)) await source.close();
    await stack.close();
  });
  const open = async (...args: [Parameters<typeof openSource>[1]?]): Promise<EventSource> => {
    const source = await openSource(stack, ...args);
    sources.push(source);
    return source;
  };

  it('gives one partition number of all families to one member, and takes over from one that leaves', async () => {
    const [first, second] = [createRecorder(), createRecorder()];
    const leaving = await (await open()).follow(first);
    await until('the first to own all', () => first.owned.size === 30);
    await (await open()).follow(second);
    await until('an even share', () => first.owned.size === 15 && second.owned.size === 15);
    for (const { owned } of [first, second]) {
      const numbers = new Set([...owned].map((name) => name.split('/')[1]));
      expect(numbers.size).toBe(3);
      const whole = [...numbers].flatMap((number) =>
        FAMILIES.map((family) => `${family}/${number}`),
      );
      expect([...owned].sort()).toEqual(whole.sort());
    }

    await stack.produce(Array.from({ length: 60 }, (_, n) => recordOf(usageOf(n, `usage-${n}`))));
    await until('all 60', () => first.committed.length + second.committed.length >= 60);
    await leaving.stop();
    await until('the second to own all', () => second.owned.size === 30);
    await stack.produce(
      Array.from({ length: 60 }, (_, n) => recordOf(customerOf(n, `customer-${n}`))),
    );
    await until('the customers', () => {
      const all = new Set([...eventIds(first.committed), ...eventIds(second.committed)]);
      return all.size === 120;
    });
    expect([...first.broken, ...second.broken]).toEqual([]);
  });

  it('holds the partition while the registry is down, then goes on with nothing parked', async () => {
    const gate = await openRegistryGate(registry().url);
    await stack.produce([recordOf(usageOf(1, 'usage-0'), { partition: 0 })]);
    gate.down();
    const recorder = createRecorder();
    await (await open({ registry: { url: gate.url } })).follow(recorder);
    const heard = (): boolean => stack.notices.some(({ kind }) => kind === 'registry_away');
    await until('word of the registry', heard);
    expect(recorder.batches).toEqual([]);
    gate.up();
    await until('the record', () => recorder.committed.length === 1);
    expect(eventIds(recorder.committed)).toEqual(['usage-0']);
    await gate.close();
  });

  it('takes a wrong registry address for a registry that is away, and parks nothing', async () => {
    await stack.produce([recordOf(usageOf(1, 'usage-0'), { partition: 0 })]);
    const recorder = createRecorder();
    await (await open({ registry: { url: `${registry().url}/wrong` } })).follow(recorder);
    const heard = (): boolean => stack.notices.some(({ kind }) => kind === 'registry_away');
    await until('word of the registry', heard);
    expect(recorder.batches).toEqual([]);
  });
});

/** An HTTP server before the real registry that can be made to answer 503. */
async function openRegistryGate(
  target: string,
): Promise<{ url: string; down(): void; up(): void; close(): Promise<void> }> {
  let isUp = true;
  const { origin, pathname } = new URL(target);
  const server: Server = createServer((request, response) => {
    if (!isUp) {
      response.writeHead(503).end('{"error_code":50301,"message":"down"}');
      return;
    }
    void fetch(`${origin}${request.url ?? ''}`).then(async (answer) => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${pathname}`,
    down: () => {
      isUp = false;
    },
    up: () => {
      isUp = true;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}
