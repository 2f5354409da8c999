import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { tlsOptions } from '@portal/tls';
import { type RedisConnection } from './connect.ts';

/**
 * Begins TLS with the first node given and says what it comes to: null when it goes well, when nobody answers in
 * time, or when there is nothing to probe. ioredis keeps to itself why a Cluster's node could not be asked.
 */
export function probeTls(connection: RedisConnection, timeoutMs: number): Promise<Error | null> {
  const node = connection.kind === 'cluster' ? connection.nodes[0] : undefined;
  const { tls } = connection;
  if (node === undefined || tls === null) return Promise.resolve(null);
  const name = isIP(node.host) === 0 ? { servername: node.host } : {};
  return new Promise((resolve) => {
    const socket = connect({ ...node, ...name, ...tlsOptions(tls) });
    const end = (outcome: Error | null): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.unref();
    socket.setTimeout(timeoutMs, () => {
      end(null);
    });
    socket.once('secureConnect', () => {
      end(null);
    });
    socket.once('error', end);
  });
}
