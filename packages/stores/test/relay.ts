import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';

/** A way to a server that can be broken on the far side alone, as a firewall that forgets a connection does. */
export interface Relay {
  readonly port: number;
  /** Where connections lead from now on; those that are open stay where they are. */
  leadTo(port: number): void;
  /** Ends at the server the open connections that called themselves so; who asked hears nothing of it. */
  forget(clientName: string): void;
  /** Ends them for both. */
  cut(clientName: string): void;
  close(): void;
}

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  sent: string;
}

export async function startRelay(port: number): Promise<Relay> {
  let target = port;
  const pairs = new Set<Pair>();
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1');
    const pair: Pair = { near, far, sent: '' };
    pairs.add(pair);
    near.on('data', (bytes) => {
      // The name comes first.
      if (pair.sent.length < 2_000) pair.sent += bytes.toString('latin1');
      if (!far.destroyed) far.write(bytes);
    });
    far.on('data', (bytes) => near.write(bytes));
    for (const one of [near, far]) one.on('error', () => undefined);
    near.on('close', () => {
      far.destroy();
      pairs.delete(pair);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const named = (name: string) => [...pairs].filter(({ sent }) => sent.includes(`\r\n${name}\r\n`));
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (next) => {
      target = next;
    },
    forget: (name) => {
      for (const { far } of named(name)) far.destroy();
    },
    cut: (name) => {
      for (const { near } of named(name)) near.destroy();
    },
    close: () => {
      for (const { near } of pairs) near.destroy();
      server.close();
    },
  };
}
