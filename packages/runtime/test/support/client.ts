import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A client that writes bytes of its own choice, and everything it got so far. */
export interface RawClient {
  readonly socket: Socket;
  readonly received: () => string;
  /** Resolves with everything received once the server has closed the connection. */
  readonly closed: Promise<string>;
  /** Resolves once this much of `text` has come. */
  readonly until: (text: string, times?: number) => Promise<void>;
}

export async function rawClient(port: number, ...parts: readonly string[]): Promise<RawClient> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => (text += chunk));
  // A connection that the server resets is closed as well.
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(text);
    });
  });
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return {
    socket,
    received: () => text,
    closed,
    until: async (wanted, times = 1) => {
      while (text.split(wanted).length - 1 < times) await once(socket, 'data');
    },
  };
}

export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;
