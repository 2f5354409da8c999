import { createServer, type RequestListener } from 'node:http';

export interface Listening {
  /** The port really used. */
  readonly port: number;
  /** Takes no new connection and resolves when every answer under way has been sent. */
  stop(): Promise<void>;
}

/** Serves HTTP. Rejects when the address cannot be had (`EADDRINUSE`, `EACCES`). */
export function listen(
  handler: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<Listening> {
  const server = createServer(handler);
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
    });
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
