import { backoff } from '@portal/async';
import { tlsOptions } from '@portal/tls';
import { Cluster, type DNSLookupFunction, Redis } from 'ioredis';
import { type RedisConnection } from './connect.ts';
import { slotOf } from './slot.ts';

/** The only file that knows ioredis. */
export type Client = Redis | Cluster;
export type Node = Redis;

export interface ClientSettings {
  readonly connection: RedisConnection;
  /** Shown by `CLIENT LIST`. */
  readonly name: string;
  /** A socket that stays silent this long while a reply is due is closed and replaced. */
  readonly timeoutMs: number;
}

/**
 * Reconnects for ever, with a pause that grows to a second. Commands are sent once, on a live
 * connection, or not at all: ioredis may neither keep them for later (a command that waits in its
 * queue would still be executed after its caller gave up) nor send them again. When the connection
 * closes, what was in flight is rejected at once (`maxRetriesPerRequest: 0`).
 */
export function createClient({ connection, name, timeoutMs }: ClientSettings): Client {
  const perNode = nodeOptions({ connection, name, timeoutMs });
  switch (connection.kind) {
    case 'single':
      return new Redis(connection.url, {
        ...perNode,
        enableOfflineQueue: false,
        retryStrategy: pause,
      });
    case 'cluster':
      return new Cluster([...connection.nodes], {
        enableOfflineQueue: false,
        clusterRetryStrategy: pause,
        // A refresh that is running while the client is closed would start its timer again, for ever.
        // Redirects and lost connections refresh the slots without it.
        slotsRefreshInterval: 0,
        // Certificates are for host names: with TLS these must reach the socket unresolved.
        ...(connection.tls === null ? {} : { dnsLookup: keepHostName }),
        redisOptions: perNode,
      });
    default:
      return connection satisfies never;
  }
}

/**
 * A second connection to the server of `client`, for what the server says by itself; null on a Cluster. It speaks the older
 * protocol: with the newer one messages of a subscription made for another connection do not come.
 */
export function createNewsClient(settings: ClientSettings): Node | null {
  const { connection } = settings;
  if (connection.kind === 'cluster') return null;
  const news = new Redis(connection.url, {
    ...nodeOptions(settings),
    ...{ enableOfflineQueue: false, retryStrategy: pause, protocol: 2 },
    // A subscribed connection does not tell its id: it subscribes again when that is known.
    autoResubscribe: false,
  });
  // The other connection tells of it.
  news.on('error', () => undefined);
  return news;
}

function nodeOptions({ connection, name, timeoutMs }: ClientSettings) {
  const { username, password, tls } = connection;
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password }),
    ...(tls === null ? {} : { tls: tlsOptions(tls) }),
    connectionName: name,
    connectTimeout: timeoutMs,
    disconnectTimeout: DISCONNECT_MS,
    socketTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // After a failover the old master answers READONLY: connect again, to where the name points now.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  };
}

/** A closed client lets go of a socket whose other end stays silent after this time, milliseconds. */
const DISCONNECT_MS = 100;

/** The connection of the master that holds `key`; null while the cluster's map does not tell. */
export function masterOf(client: Client, key: string): Node | null {
  if (!(client instanceof Cluster)) return client;
  const name = client.slots[slotOf(key)]?.[0];
  return client.nodes('master').find((node) => addressOf(node) === name) ?? null;
}

/**
 * The connections of all masters; null while one that holds slots is not among them. The map of the slots is then
 * asked for again: nothing else would do that while there is nothing to write.
 */
export function mastersOf(client: Client): readonly Node[] | null {
  if (!(client instanceof Cluster)) return [client];
  const masters = client.nodes('master');
  const known = new Set<string | undefined>(masters.map(addressOf));
  if (client.slots.every(([holder]) => known.has(holder))) return masters;
  client.refreshSlotsCache();
  return null;
}

const addressOf = ({ options }: Node): string => `${options.host ?? ''}:${options.port ?? ''}`;

/** Milliseconds before the next attempt to connect, with jitter so that clients do not come in step. */
const pause = (attempt: number): number => backoff(attempt, 25, 1_000) * (0.75 + Math.random() / 4);

const keepHostName: DNSLookupFunction = (host, done) => {
  done(null, host);
};
