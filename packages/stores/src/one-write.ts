import { type Writable } from 'node:stream';

/** Of what waits, in characters: some thirty commands, so that a long turn of the event loop delays none for long. */
const WAITING_MAX = 4_096;

/**
 * What is written to the connection until the event loop has seen to all its sockets leaves in one piece: each piece is
 * a system call here, and one more at the server. Whoever writes alone waits for nobody, as the loop then comes round at
 * once. A connection that ends meanwhile takes what it holds with it, as always.
 */
export function inOneWrite(connection: Writable): void {
  if (connection.writableCorked > 0) {
    if (connection.writableLength < WAITING_MAX) return;
    connection.uncork();
    connection.cork();
    return;
  }
  connection.cork();
  setImmediate(() => {
    connection.uncork();
  });
}
