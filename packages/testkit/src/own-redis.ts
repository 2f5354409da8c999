import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { type Authority } from './certificates.ts';
import { ownFiles } from './files.ts';
import { type OwnProgram, startProgram } from './own-program.ts';

/** A redis-server of the test's own, to be killed and paused. It keeps nothing on disk. */
export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  /** Of the port that speaks TLS, when the server was started with certificates. */
  readonly tlsPort: number | null;
  readonly signal: OwnProgram['signal'];
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Runs one command on a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startRedis(...options: string[]): Promise<OwnRedis> {
  const files = await ownFiles();
  const port = await freePort();
  const tlsPort = options.includes(CERT_OPTION) ? await freePort() : null;
  const args = [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', files.folder],
    ...['--save', '', '--appendonly', 'no', ...options],
    ...(tlsPort === null ? [] : ['--tls-port', String(tlsPort)]),
  ];

  async function command(name: string, ...args: string[]): Promise<unknown> {
    const client = new Redis({ port, lazyConnect: true, retryStrategy: null });
    client.on('error', () => undefined);
    try {
      return await client.call(name, args);
    } finally {
      client.disconnect();
    }
  }

  const server = await startProgram(
    () => spawn('redis-server', args, { stdio: 'ignore' }),
    async () => (await command('ping')) === 'PONG',
  ).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? new Error(NOT_INSTALLED) : error;
  });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    signal: server.signal,
    async restart() {
      await server.kill();
      await server.start();
    },
    command,
    async stop() {
      await server.kill();
      await files.remove();
    },
  };
}

const NOT_INSTALLED = 'redis-server is not installed: apt-get install redis-server';
const CERT_OPTION = '--tls-cert-file';

/** Files for servers that speak TLS, and the options that name them. */
export interface RedisCertificates {
  readonly server: readonly string[];
  /** For redis-cli. */
  readonly cli: readonly string[];
  remove(): Promise<void>;
}

/** A server's certificate and key of this authority. Clients need show none, but what they show is checked. */
export async function redisCertificates(authority: Authority): Promise<RedisCertificates> {
  const { key, cert } = authority.issue('redis');
  const files = await ownFiles({ 'ca.pem': authority.cert, 'cert.pem': cert, 'key.pem': key });
  const [ca, certFile, keyFile] = ['ca.pem', 'cert.pem', 'key.pem'].map(files.path) as [
    ...[string, string, string],
  ];
  return {
    server: [
      ...[CERT_OPTION, certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', ca],
      ...['--tls-auth-clients', 'optional'],
    ],
    cli: ['--tls', '--cacert', ca, '--cert', certFile, '--key', keyFile],
    remove: files.remove,
  };
}

/** A port nobody listens on, with its cluster bus port (10,000 above) inside the range of ports. */
async function freePort(): Promise<number> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    server.close();
    await once(server, 'close');
    if (typeof address === 'object' && address !== null && address.port < 55_000) {
      return address.port;
    }
  }
}
