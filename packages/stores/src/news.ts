import { type Node } from './client.ts';
import { serverName } from './replies.ts';
import { type WatchedKeys } from './watched-keys.ts';

/** The connection by which a server says what changed. */
export interface News {
  /** Subscribes, unless it has. */
  readonly heard: () => Promise<Heard>;
  /** To the server that its address leads to now. */
  readonly connectAnew: () => void;
}

export interface Heard {
  /** The connection's number at that server: other servers give the same numbers to other connections. */
  readonly id: string;
  /** What tells the server from any other. */
  readonly server: string;
}

const CHANNEL = '__redis__:invalidate';

export function createNews(connection: Node, watched: WatchedKeys): News {
  let heard: Heard | null = null;
  connection.on('messageBuffer', (_channel: Buffer, keys: unknown) => {
    // No list of keys: everything was flushed.
    if (Array.isArray(keys)) for (const key of keys) watched.changed(String(key));
    else watched.allChanged();
  });
  connection.on('close', () => {
    heard = null;
  });
  return {
    heard: async () => {
      if (heard !== null) return heard;
      // Before it subscribes: a subscribed connection answers neither any more.
      const id = String(await connection.client('ID'));
      const server = await serverOf(connection);
      await connection.subscribe(CHANNEL);
      heard = { id, server };
      return heard;
    },
    connectAnew: () => {
      connection.disconnect(true);
    },
  };
}

export const serverOf = async (connection: Node): Promise<string> =>
  serverName(await connection.info('server', 'replication'));
