import { connect } from 'node:net';

/** A kept-alive HTTP/1.1 connection, one request at a time; a new one where the server says that it closes this one. */
export interface Connection {
  /** Sends a whole request and resolves with the status when the whole answer is there. */
  request(bytes: Buffer): Promise<number>;
  close(): void;
}

export async function openConnection(port: number): Promise<Connection> {
  let link: Link | null = await openLink(port);
  return {
    request: async (bytes) => {
      link ??= await openLink(port);
      const { status, isLast } = await link.request(bytes);
      if (isLast) {
        link.close();
        link = null;
      }
      return status;
    },
    close: () => link?.close(),
  };
}

interface Answer {
  readonly status: number;
  /** The server answers nothing more on this connection. */
  readonly isLast: boolean;
}

interface Link {
  request(bytes: Buffer): Promise<Answer>;
  close(): void;
}

const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * node:http's client costs as much as the servers it would measure, so this reads just what it needs
 * of an answer: the status, a Content-Length and whether the connection ends. Anything else rejects.
 */
function openLink(port: number): Promise<Link> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
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
  const link: Link = {
    request: (bytes) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(bytes);
      }),
    close: () => void socket.destroy(),
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      resolve(link);
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

function readAnswer(bytes: Buffer): Answer | 'more' | 'unreadable' {
  const end = bytes.indexOf(HEADER_END);
  if (end === -1) return 'more';
  const head = bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 ') || length === undefined) return 'unreadable';
  const size = end + HEADER_END.length + Number(length);
  if (bytes.length < size) return 'more';
  if (bytes.length > size) return 'unreadable';
  return { status: Number(head.slice(9, 12)), isLast: /\r\nconnection: *close/i.test(head) };
}
