import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  createRedisPointer,
  createRedisReader,
  createRedisStore,
  singleRedis,
} from '@portal/stores';
import { CUSTOMER, ORGANIZATION, requireService } from '@portal/testkit';
import { documentText, GENERATION, REF, SECRET, startReader, token } from './support/reader.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A reader over the Redis at this address, with a budget short enough for a test. */
async function readerOf(url: string, prefix: string) {
  const documents = createRedisReader({ connection: singleRedis(url), prefix, budgetMs: 100 });
  const reader = await startReader({ documents });
  cleanups.push(() => documents.close(), reader.stop);
  return reader;
}

/** One customer's document in a live generation under a prefix of its own. */
async function written(url: string): Promise<string> {
  const prefix = `test-${randomUUID()}`;
  const connection = singleRedis(url);
  const store = createRedisStore({ connection, generation: GENERATION, prefix });
  const pointer = createRedisPointer({ connection, prefix });
  const document = documentText(REF);
  const nothing = { expected: '', vector: 'v', parts: new Map(), set: new Map(), remove: [] };
  await store.apply([{ ...nothing, ref: REF, document }]);
  await pointer.switch(null, GENERATION);
  cleanups.push(
    () => store.close(),
    () => pointer.close(),
    () => store.erase([REF]),
  );
  return prefix;
}

/** Accepts connections and never says a word, as a Redis behind a black hole. */
async function silentServer(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

/** A port nobody listens on: it was free a moment ago. */
async function deadPort(): Promise<number> {
  const port = await silentServer();
  await cleanups.pop()?.();
  return port;
}

describe('a reader over Redis', () => {
  it('answers the stored customer, and only it', async () => {
    const url = requireService('REDIS_URL');
    const reader = await readerOf(url, await written(url));
    const answer = await reader.get({ token: token(), include: 'meta' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ meta: { generation: GENERATION } });
    const foreign = await reader.get({ token: token({ organization_id: CUSTOMER }) });
    expect(foreign.status).toBe(404);
    const nobody = await reader.get({ token: token({ customer_id: ORGANIZATION }) });
    expect(nobody.status).toBe(404);
    expect((await reader.request('/readyz')).status).toBe(200);
  });

  it('is 503 and not ready before a generation is live', async () => {
    const reader = await readerOf(requireService('REDIS_URL'), `test-${randomUUID()}`);
    expect((await reader.get()).status).toBe(503);
    expect((await reader.request('/readyz')).status).toBe(503);
  });
});

describe.each([
  ['accepts and never answers', silentServer],
  ['is not there', deadPort],
])('a Redis that %s', (_name, port) => {
  it('makes every read a 503 with Retry-After, never a hang, and the reader not ready', async () => {
    const reader = await readerOf(`redis://127.0.0.1:${await port()}`, 'test');
    const answers = await Promise.all([
      reader.get(),
      reader.get({ token: token(), include: 'meta,details' }),
      reader.get(),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1', '1']);
    expect((await reader.get({ token: 'bad' })).status).toBe(401);
    expect((await reader.request('/readyz')).status).toBe(503);
    expect((await reader.request('/livez')).status).toBe(200);
  });
});

describe('the reader as a process', () => {
  it('serves what Redis holds, and stops on SIGTERM with 0', async () => {
    const url = requireService('REDIS_URL');
    const main = path.resolve('services/reader/src/main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: {
        ...process.env,
        ...{ REDIS_URL: url, REDIS_CLUSTER_NODES: '', REDIS_PREFIX: await written(url) },
        ...{ PORTAL_JWT_SECRET: SECRET, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'info' },
        OPS_PORT: '0',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    cleanups.push(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const { value } = (await lines.next()) as { value: string };
    const { port, ops_port } = JSON.parse(value) as { port: number; ops_port: number };
    const good = token({ exp: Math.floor(Date.now() / 1_000) + 600 });
    const answer = await fetch(`http://127.0.0.1:${port}/portal/dashboard_summary?token=${good}`);
    expect(answer.status).toBe(200);
    expect(Object.keys((await answer.json()) as object)).toHaveLength(4);
    const statusOf = async (of: number, path: string) =>
      (await fetch(`http://127.0.0.1:${of}${path}`)).status;
    for (const path of ['/livez', '/readyz', '/metrics']) {
      expect([await statusOf(port, path), await statusOf(ops_port, path)]).toEqual([404, 200]);
    }
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  it('does not start with a weak secret: exit 2, and the reason by name', async () => {
    const main = path.resolve('services/reader/src/main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      env: { ...process.env, PORTAL_JWT_SECRET: 'portal-secret-change-me' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, 'close')).toEqual([2, null]);
    expect(said).toContain('PORTAL_JWT_SECRET: is refused');
  });
});
