import kafkajs from 'kafkajs/package.json' with { type: 'json' };
import ConnectionPool, { type Connection } from 'kafkajs/src/network/connectionPool.js';

const PATCHED_VERSION = '2.2.4';

/**
 * kafkajs 2.2.4 opens a connection for each request that comes while the first is still being opened, and closes
 * only the last of them: thirty reads at once left twenty-nine sockets open for good. This opens one for all.
 * Any other version is left as it is.
 *
 * Returns whether the patch applies.
 */
export function patchConnectionPool(version: string = kafkajs.version): boolean {
  if (version !== PATCHED_VERSION) return false;
  ConnectionPool.prototype.getConnection = async function (this: ConnectionPool, index = 0) {
    const connection = this.pool[index];
    if (connection === undefined) throw new RangeError(`the pool has no connection ${index}`);
    if (!connection.isConnected()) await connectOnce(connection);
    return connection;
  };
  return true;
}

const connecting = new WeakMap<Connection, Promise<unknown>>();

function connectOnce(connection: Connection): Promise<unknown> {
  const under = connecting.get(connection);
  if (under !== undefined) return under;
  const begun = connection.connect().finally(() => {
    connecting.delete(connection);
  });
  connecting.set(connection, begun);
  return begun;
}
