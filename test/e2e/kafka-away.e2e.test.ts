import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { requireService } from '@portal/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, startService } from './process.ts';

describe('a projector that never reached Kafka', () => {
  let server: Server;
  const sockets: Socket[] = [];
  afterEach(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
  });

  const detail = 'the source did not answer in time';
  it.each([
    ['closed', {}, {}],
    // On a port of its own strangers do not see, the detail is told too.
    ['silent', { OPS_PORT: '0', PORT: '1' }, { detail }],
  ])('says so and ends when asked to: the port is %s', async (port, more, told) => {
    server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as AddressInfo;
    if (port === 'closed') server.close();
    const projector = await startService('projector', {
      KAFKA_BROKERS: `127.0.0.1:${address.port}`,
      SCHEMA_REGISTRY_URL: requireService('SCHEMA_REGISTRY_URL'),
      REDIS_URL: requireService('REDIS_URL'),
      REDIS_PREFIX: 'kafka-away',
      ...more,
    });
    const ready = await fetch(`${projector.url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not_ready', reason: 'source_unavailable', ...told },
    ]);
    await eventually(
      () => Promise.resolve(projector.log.some((line) => line.includes(detail))),
      (said) => said,
    );
    expect(await projector.kill('SIGTERM')).toBe(0);
  });
});
