import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createClient } from '../src/client.ts';
import { singleRedis } from '../src/index.ts';
import { inOurWords, notConnected, troubleOf } from '../src/trouble.ts';

describe('a server that takes the connection and is silent', () => {
  it('is told with how long was waited, whoever saw it first', async () => {
    const error = await errorOfSilence(1000);
    const why = 'no answer within 1 s';
    expect(notConnected(error.message).message).toBe(`Redis is not connected: ${why}`);
    await expect(inOurWords(Promise.reject(error))).rejects.toMatchObject({
      name: 'StoreUnavailable',
      message: `Redis: ${why}`,
    });
  });

  it('is asked about TLS when we speak it', async () => {
    const error = await errorOfSilence(1000);
    const connection = singleRedis('rediss://localhost:6379');
    expect(troubleOf(error, connection)).toBe(
      'no answer within 1 s: does the server speak TLS on that port? See REDIS_URL',
    );
  });
});

/** What the client itself says of it. */
async function errorOfSilence(timeoutMs: number): Promise<Error> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const connection = singleRedis(`redis://127.0.0.1:${port}`);
  const client = createClient({ connection, name: 'test', timeoutMs });
  const [error] = (await once(client, 'error')) as [Error];
  client.disconnect();
  server.close();
  return error;
}
