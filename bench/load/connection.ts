import { connect } from 'node:net';

/** A kept-alive HTTP/1.1 connection, one request at a time; a new one where the server says that it closes this one. */
export interface Connection {
  /** Sends a whole request and resolves when the whole answer is there. */
  request(bytes: Buffer): Promise<Answer>;
  close(): void;
}

export async function openConnection(port: number): Promise<Connection> {
  let link: Link | null = await openLink(port);
  return {
    request: async (bytes) => {
      link ??= await openLink(port);
      const answer = await link.request(bytes);
      if (answer.isLast) {
        link.close();
        link = null;
      }
      return answer;
    },
    close: () => link?.close(),
  };
}

export interface Answer {
  readonly status: number;
  /** Status line and headers as they came. */
  readonly head: string;
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
  return { status: Number(head.slice(9, 12)), head, isLast: /\r\nconnection: *close/i.test(head) };
}

/** A header of an answer; null: it has none of that name. */
export const headerOf = ({ head }: Answer, name: string): string | null =>
  new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1] ?? null;

/** A GET as `Connection` takes it. */
export const getOf = (port: number, path: string): Buffer =>
  Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
