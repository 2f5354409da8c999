import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo } from 'node:net';
import { type KeyAndCertificate } from '@portal/testkit';

/** The real registry behind TLS and a user, as a company's proxy puts it. */
export interface RegistryProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** Lets those through whose Authorization header `allows` says yes to: 401 for the others. */
export async function startRegistryProxy(
  target: string,
  certificate: KeyAndCertificate,
  allows: (authorization: string) => boolean,
): Promise<RegistryProxy> {
  const behind = new URL(target);
  const server = createServer(certificate, (incoming, outgoing) => {
    if (!allows(incoming.headers.authorization ?? '')) {
      outgoing.writeHead(401).end();
      return;
    }
    const { method, headers, url } = incoming;
    const { hostname, port } = behind;
    const forwarded = request(
      { hostname, port, method, path: url, headers: { ...headers, host: behind.host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}${behind.pathname}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
