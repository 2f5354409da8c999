import { type Writable } from 'node:stream';

/**
 * What is written to the connection until the event loop has seen to all its sockets leaves in one piece: each piece is
 * a system call here, and one more at the server. Whoever writes alone waits for nobody, as the loop then comes round at
 * once. A connection that ends meanwhile takes what it holds with it, as always.
 */
export function inOneWrite(connection: Writable): void {
  if (connection.writableCorked > 0) return;
  connection.cork();
  setImmediate(() => {
    connection.uncork();
  });
}
