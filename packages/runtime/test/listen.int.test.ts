import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { endWithUs } from '@portal/testkit';
import { get, rawClient } from './support/client.ts';

const PROGRAM = path.resolve('packages/runtime/test/support/serving.ts');

/** A serving process: what it says, line by line, and its exit code. */
async function serving() {
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  endWithUs(child);
  ends.push(() => child.kill('SIGKILL'));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const said = async (): Promise<string> => String((await lines.next()).value);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const port = Number(await said());
  return {
    port,
    said,
    exited,
    release: () => child.stdin.write('\n'),
    /** Resolves once it takes nothing new. */
    terminate: async () => {
      child.kill('SIGTERM');
      expect(await said()).toBe('stopping');
    },
  };
}
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

describe('a process that is told to stop', () => {
  it.each([
    ['never sent a byte', []],
    ['sent half a head', ['GET / HTTP/1.1\r\nHost: te']],
    ['keeps its connection open between requests', [get('/')]],
    ['waits with a second request half sent', [`${get('/')}GET / HT`]],
    ['sent half a body', ['POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n1234']],
  ])('does not wait for a client that %s: exit 0', async (_name, parts) => {
    const { port, exited, terminate } = await serving();
    const client = await rawClient(port, ...parts);
    if (parts[0]?.startsWith('GET / HTTP/1.1\r\nHost: test') === true) await client.until('done');
    const other = await rawClient(port, get('/'));
    await other.until('done');
    await terminate();
    expect(await exited).toBe(0);
    await client.closed;
  });

  it('does not wait for ever for a client that does not read its answer', async () => {
    const { port, exited, terminate } = await serving();
    const { socket, until } = await rawClient(port, get('/large'));
    await until('200 OK');
    socket.pause();
    await terminate();
    expect(await exited).toBe(0);
  });

  it('finishes the answer under way, says that it closes, and takes nothing new', async () => {
    const { port, exited, said, release, terminate } = await serving();
    const silent = await rawClient(port);
    const client = await rawClient(port, get('/held'));
    expect(await said()).toBe('held 1');
    await terminate();
    await silent.closed;
    const late = await rawClient(port).catch((error: unknown) => error);
    expect(late).toMatchObject({ code: 'ECONNREFUSED' });
    expect(client.received()).toBe('');
    release();
    const answer = await client.closed;
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n(?:.*\r\n)*Connection: close\r\n/);
    expect(answer.endsWith('held')).toBe(true);
    expect(await exited).toBe(0);
  });

  it('answers every request a client had sent without waiting, and none that comes later', async () => {
    const { port, exited, said, release, terminate } = await serving();
    const client = await rawClient(port, get('/held'), get('/held'), get('/held'));
    expect([await said(), await said(), await said()]).toEqual(['held 1', 'held 2', 'held 3']);
    await terminate();
    client.socket.write(get('/'));
    release();
    const answers = (await client.closed).split('HTTP/1.1 200 OK').slice(1);
    expect(answers.map((answer) => answer.endsWith('held'))).toEqual([true, true, true]);
    expect(answers.map((answer) => answer.includes('Connection: close'))).toEqual([
      ...[false, false, true],
    ]);
    expect(await exited).toBe(0);
  });
});
