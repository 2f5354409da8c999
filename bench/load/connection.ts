import { connect } from 'node:net';

/** One kept-alive HTTP/1.1 connection, one request at a time. */
export interface Connection {
  /** Sends a whole request and resolves with the status when the whole answer is there. */
  request(bytes: Buffer): Promise<number>;
  close(): void;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * node:http's client costs as much as the servers it would measure, so this reads just what it needs
 * of an answer: the status and a Content-Length. Anything else rejects.
 */
export function openConnection(port: number): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let waiting: { resolve: (status: number) => void; reject: (error: Error) => void } | null = null;
  let received: Buffer | null = null;
  const fail = (why: string): void => {
    waiting?.reject(new Error(why));
    waiting = null;
    socket.destroy();
  };
  socket.on('data', (chunk: Buffer) => {
    received = received === null ? chunk : Buffer.concat([received, chunk]);
    const answer = readAnswer(received);
    if (answer === 'more') return;
    if (answer === 'unreadable') {
      fail(`unreadable answer: ${received.toString('latin1', 0, 200)}`);
      return;
    }
    received = null;
    waiting?.resolve(answer);
    waiting = null;
  });
  const connection: Connection = {
    request: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(bytes);
      }),
    close: () => void socket.destroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      resolve(connection);
    });
    socket.once('error', reject);
    socket.on('error', (error) => {
      fail(error.message);
    });
    socket.on('close', () => {
      fail('the server closed the connection');
    });
  });
}

function readAnswer(bytes: Buffer): number | 'more' | 'unreadable' {
  const end = bytes.indexOf(HEADER_END);
  if (end === -1) return 'more';
  const head = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 ') || length === undefined) return 'unreadable';
  const size = end + HEADER_END.length + Number(length);
  if (bytes.length < size) return 'more';
  return bytes.length === size ? Number(head.slice(9, 12)) : 'unreadable';
}
