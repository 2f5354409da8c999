import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { tlsOptions } from '@portal/tls';
import { type RedisConnection } from './connect.ts';

/**
 * Connects to the first node of a Cluster, with TLS when that is to be spoken, and says what it comes to: null when it
 * goes well, when nobody answers in time, or when there is nothing to probe. ioredis keeps to itself why a Cluster's node
 * could not be asked.
 */
export function probeNode(connection: RedisConnection, timeoutMs: number): Promise<Error | null> {
  const node = connection.kind === 'cluster' ? connection.nodes[0] : undefined;
  if (node === undefined) return Promise.resolve(null);
  const { tls } = connection;
  const name = isIP(node.host) === 0 ? { servername: node.host } : {};
  return new Promise((resolve) => {
    const socket =
      tls === null ? connect(node) : connectTls({ ...node, ...name, ...tlsOptions(tls) });
    const end = (outcome: Error | null): void => {
      socket.destroy();
      resolve(outcome);
    };
    socket.unref();
    socket.setTimeout(timeoutMs, () => {
      end(null);
    });
    socket.once(tls === null ? 'connect' : 'secureConnect', () => {
      end(null);
    });
    socket.once('error', end);
  });
}
