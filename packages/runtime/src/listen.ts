import { createServer, type RequestListener, type Server } from 'node:http';
import { createConnections } from './connections.ts';

export interface Listening {
  /** The port really used. */
  readonly port: number;
  /**
   * Takes no new connection or request, closes at once every connection without an answer under way, and resolves
   * when those answers have been sent. Never waits for a client: one that is slow gets two seconds.
   */
  stop(): Promise<void>;
}

export interface Address {
  readonly port: number;
  readonly host: string;
}

/** What a client may take of a server. Every server of the product has the same. */
export const HTTP_LIMITS = {
  /** Milliseconds for a request's head, from its first byte or the opening of the connection. A head is one packet or two. */
  headersTimeout: 10_000,
  /** Milliseconds for the whole request with its body: 6 MB at 200 KB a second. */
  requestTimeout: 30_000,
  /**
   * Milliseconds a connection may idle between requests. Load balancers keep theirs for 60 s: the side that asks
   * must be the one that closes, or a request meets a closed connection.
   */
  keepAliveTimeout: 65_000,
  /**
   * Milliseconds in which a connection neither brings nor takes a byte, answers under way included: who asks and does
   * not read would keep its connection for ever. More than any answer takes to make.
   */
  idleTimeout: 30_000,
  /** Milliseconds between two checks of the time-outs above: how late they can be. */
  connectionsCheckingInterval: 1_000,
  /** Bytes of a request's head: a token takes some 300, a cookie of another site's making a few thousand. */
  maxHeaderSize: 16_384,
  /** Header lines of a request; what comes after them is ignored. */
  maxHeadersCount: 100,
  /** Requests of one connection before it is closed: its clients spread over readers that were started since. */
  maxRequestsPerSocket: 1_000,
  /** Open connections; further ones are closed at once. Some 20 KB each, 100 MB in all. */
  maxConnections: 5_000,
} as const;

/** Serves HTTP. Rejects when the address cannot be had (`EADDRINUSE`, `EACCES`). */
export function listen(
  handler: RequestListener,
  { port, host }: Address,
  limits: Partial<Record<keyof typeof HTTP_LIMITS, number>> = {},
): Promise<Listening> {
  const { maxHeadersCount, maxRequestsPerSocket, maxConnections, idleTimeout, ...options } = {
    ...HTTP_LIMITS,
    ...limits,
  };
  const server: Server = createServer(options);
  Object.assign(server, { maxHeadersCount, maxConnections, timeout: idleTimeout });
  const connections = createConnections(server, handler, maxRequestsPerSocket);
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
    });
    connections.drain();
    await closed;
  };
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        stop,
      });
    });
  });
}
