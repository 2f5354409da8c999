import { type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type HTTP_LIMITS, listen, type Listening } from '../src/listen.ts';
import { get, rawClient } from './support/client.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.stop();
});

async function serve(
  limits: Partial<Record<keyof typeof HTTP_LIMITS, number>> = {},
  handler: RequestListener = (request, response) => {
    request.resume().on('end', () => response.end('done'));
  },
): Promise<number> {
  server = await listen(handler, { port: 0, host: '127.0.0.1' }, limits);
  return server.port;
}

describe('a client that takes its time', () => {
  const soon = { connectionsCheckingInterval: 10 };

  it.each([
    ['never sends a byte', []],
    ['sends half a head', ['GET / HTTP/1.1\r\nHost: te']],
    ['sends half a second head', [`${get('/')}GET / HT`]],
  ])('is let go when it %s', async (_name, parts) => {
    const port = await serve({ ...soon, headersTimeout: 50, requestTimeout: 60_000 });
    const client = await rawClient(port, ...parts);
    expect(await client.closed).toMatch(/^(HTTP\/1.1 200 [^]*done)?HTTP\/1.1 408 /);
  });

  it('is let go when its body does not come', async () => {
    const port = await serve({ ...soon, headersTimeout: 50, requestTimeout: 50 });
    const head = 'POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n';
    expect(await (await rawClient(port, head, '1234')).closed).toMatch(/^HTTP\/1.1 408 /);
  });

  it('is let go when it asks and does not read the answer', async () => {
    // More than the system's buffers take.
    const answer = Buffer.alloc(64_000_000);
    let letGo: (() => void) | undefined;
    const dropped = new Promise<void>((resolve) => (letGo = resolve));
    const port = await serve({ idleTimeout: 50 }, (_request, response) => {
      response.once('close', () => letGo?.()).end(answer);
    });
    const client = await rawClient(port);
    client.socket.pause();
    client.socket.write(get('/'));
    await dropped;
    client.socket.resume();
    expect((await client.closed).length).toBeLessThan(answer.length);
  });

  it('is let go when it keeps a connection and asks nothing', async () => {
    const port = await serve({ keepAliveTimeout: 10 });
    expect(await (await rawClient(port, get('/'))).closed).toMatch(/done$/);
  });
});

describe('a client that takes too much', () => {
  it('gets so many answers of one connection, and is told that it closes', async () => {
    const port = await serve();
    const many = await rawClient(port, get('/').repeat(1_200));
    const answers = (await many.closed).split(/(?=HTTP\/1.1 )/);
    const done = answers.filter((answer) => answer.endsWith('done'));
    expect(done).toHaveLength(1_000);
    expect(done.at(-1)).toContain('Connection: close');
  });

  it('gets no more connections than there may be; the others are served', async () => {
    const port = await serve({ maxConnections: 2 });
    const [one] = [await rawClient(port), await rawClient(port)];
    expect(await (await rawClient(port, get('/'))).closed).toBe('');
    one.socket.write(get('/'));
    await one.until('done');
  });

  it('is refused a head of more than 16 KB', async () => {
    const port = await serve();
    const head = `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: test\r\n\r\n`;
    expect(await (await rawClient(port, head)).closed).toMatch(/^HTTP\/1.1 431 /);
  });
});
