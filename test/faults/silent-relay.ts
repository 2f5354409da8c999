import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a program and its Redis, and can fall silent: it then takes what is sent and passes nothing on. */
export interface SilentRelay {
  readonly url: string;
  silence(): void;
  /** Resolves once that text was sent to it in vain: whoever sent it waits now. */
  swallowed(text: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startSilentRelay(port: number): Promise<SilentRelay> {
  const sockets = new Set<Socket>();
  const waiting = new Map<string, () => void>();
  let isSilent = false;
  const hear = (chunk: Buffer): void => {
    for (const [text, resolve] of waiting) if (chunk.includes(text)) resolve();
  };
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.on('data', (chunk) => {
      if (isSilent) hear(chunk);
      else far.write(chunk);
    });
    far.on('data', (chunk) => {
      if (!isSilent) near.write(chunk);
    });
    near.on('end', () => far.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence: () => {
      isSilent = true;
    },
    swallowed: (text) =>
      new Promise((resolve) => {
        waiting.set(text, resolve);
      }),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
