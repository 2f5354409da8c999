import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type Socket } from 'node:net';

/** How long a stop waits for a client that has to send or to read, milliseconds. */
const CLIENT_MS = 2_000;
const SWEEP_MS = 100;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

interface Connection {
  /** Requests so far. */
  asked: number;
  /** Requests that are not fully answered, oldest first: several when the client does not wait for answers. */
  readonly open: Set<Exchange>;
  /** Since when a stop waits for the client; null while it waits for us. */
  waitsSince: number | null;
}

/**
 * Knows what each connection of a server is doing, and ends it after so many requests. Node's own `close` waits for
 * a connection that never sent a byte, or half a head, for as long as its client likes; its `maxRequestsPerSocket`
 * says `Connection: close` and does not close.
 */
export function createConnections(
  server: Server,
  handler: RequestListener,
  requestsMax: number,
): { readonly drain: () => void } {
  const connections = new Map<Socket, Connection>();
  let draining = false;
  server.on('connection', (socket: Socket) => {
    if (draining) {
      socket.destroy();
      return;
    }
    connections.set(socket, { asked: 0, open: new Set(), waitsSince: null });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', (request, response) => {
    const connection = connections.get(request.socket);
    if (connection === undefined) return;
    if (draining || connection.asked === requestsMax) {
      // An answer before this one says that it is the last: the client asks again elsewhere.
      request.socket.pause();
      return;
    }
    connection.asked += 1;
    if (connection.asked === requestsMax) response.setHeader('Connection', 'close');
    const exchange = { request, response };
    connection.open.add(exchange);
    response.once('close', () => {
      connection.open.delete(exchange);
      if (draining && connection.open.size === 0) request.socket.destroySoon();
    });
    handler(request, response);
  });
  const drain = (): void => {
    draining = true;
    for (const [socket, { open }] of connections) {
      const last = [...open].at(-1);
      if (last === undefined) socket.destroy();
      else if (!last.response.headersSent) last.response.setHeader('Connection', 'close');
    }
    const sweep = setInterval(() => {
      for (const [socket, connection] of connections) dropIfAbandoned(socket, connection);
      if (connections.size === 0) clearInterval(sweep);
    }, SWEEP_MS);
  };
  return { drain };
}

/** Closes a connection whose client has had its time to send the rest of its request, or to read its answers. */
function dropIfAbandoned(socket: Socket, connection: Connection): void {
  const ours = [...connection.open].some(
    ({ request, response }) => request.complete && !response.writableEnded,
  );
  // An answer that a client does not read may stand before one that we still make.
  if (ours && socket.writableLength === 0) {
    connection.waitsSince = null;
    return;
  }
  const now = performance.now();
  connection.waitsSince ??= now;
  if (now - connection.waitsSince >= CLIENT_MS) socket.destroy();
}
