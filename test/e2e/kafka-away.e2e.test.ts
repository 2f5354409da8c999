import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { requireService } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startService } from './process.ts';

describe('a projector that never reached Kafka', () => {
  let server: Server;
  const sockets: Socket[] = [];
  afterEach(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  it.each(['closed', 'silent'])('says so and ends when asked to: the port is %s', async (port) => {
    server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as AddressInfo;
    if (port === 'closed') server.close();
    const projector = await startService('projector', {
      KAFKA_BROKERS: `127.0.0.1:${address.port}`,
      SCHEMA_REGISTRY_URL: requireService('SCHEMA_REGISTRY_URL'),
      REDIS_URL: requireService('REDIS_URL'),
      REDIS_PREFIX: 'kafka-away',
    });
    const ready = await fetch(`${projector.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not_ready', reason: 'the source did not answer in time' },
    ]);
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
