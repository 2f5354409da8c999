import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { type Authority } from './certificates.ts';
import { eventually } from './eventually.ts';
import { endWithUs } from './outlive.ts';

/** A redis-server of the test's own, to be killed and paused. It keeps nothing on disk. */
export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  /** Of the port that speaks TLS, when the server was started with certificates. */
  readonly tlsPort: number | null;
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Runs one command on a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startRedis(...options: string[]): Promise<OwnRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'own-redis-'));
  const port = await freePort();
  const tlsPort = options.includes(CERT_OPTION) ? await freePort() : null;
  let server: ChildProcess;

  async function start(): Promise<void> {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
    const more = tlsPort === null ? options : [...options, '--tls-port', String(tlsPort)];
    server = spawn('redis-server', [...args, '--save', '', '--appendonly', 'no', ...more], {
      stdio: 'ignore',
    });
    endWithUs(server);
    await new Promise<void>((resolve, reject) => {
      server.once('spawn', resolve);
      server.once('error', () => {
        reject(new Error('redis-server is not installed: apt-get install redis-server'));
      });
    });
    await eventually(
      () => command('ping'),
      (answer) => answer === 'PONG',
    );
  }

  async function command(name: string, ...args: string[]): Promise<unknown> {
    const client = new Redis({ port, lazyConnect: true, retryStrategy: null });
    client.on('error', () => undefined);
    try {
      return await client.call(name, args);
    } finally {
      client.disconnect();
    }
  }

  async function end(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    tlsPort,
    signal: (name) => void server.kill(name),
    async restart() {
      await end();
      await start();
    },
    command,
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

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
  const folder = await mkdtemp(join(tmpdir(), 'redis-tls-'));
  const { key, cert } = authority.issue('redis');
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  const [ca, certFile, keyFile] = [
    await file('ca.pem', authority.cert),
    await file('cert.pem', cert),
    await file('key.pem', key),
  ];
  return {
    server: [
      ...[CERT_OPTION, certFile, '--tls-key-file', keyFile, '--tls-ca-cert-file', ca],
      ...['--tls-auth-clients', 'optional'],
    ],
    cli: ['--tls', '--cacert', ca, '--cert', certFile, '--key', keyFile],
    remove: () => rm(folder, { recursive: true, force: true }),
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
