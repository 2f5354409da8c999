import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { until } from './eventually.ts';
import { type OwnRedis, type RedisCertificates, startRedis } from './own-redis.ts';

const run = promisify(execFile);

/** Three masters with a replica each, of the test's own. */
export interface OwnCluster {
  /** `host:port,host:port`, all six. */
  readonly nodes: string;
  /** All of them, masters first. */
  readonly servers: readonly OwnRedis[];
  /** The masters at the start, in the order of their slots: the first one holds slot 0. */
  readonly masters: readonly OwnRedis[];
  replicaOf(master: OwnRedis): Promise<OwnRedis>;
  /** Moves the lowest `slots` slots of one master to another, with their keys. */
  reshard(from: OwnRedis, to: OwnRedis, slots: number): Promise<void>;
  stop(): Promise<void>;
}

/** With certificates its nodes speak TLS, also with each other; `nodes` are then the ports that do. */
export async function startCluster(
  certificates: RedisCertificates | null = null,
): Promise<OwnCluster> {
  const options = [
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'],
    ...(certificates === null ? [] : [...certificates.server, ...TLS_INSIDE]),
  ];
  const servers = await Promise.all(
    Array.from({ length: 6 }, () => startRedis(...options, '--repl-diskless-sync-delay', '0')),
  );
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  const addresses = servers.map(({ port, tlsPort }) => `127.0.0.1:${tlsPort ?? port}`);
  await run('redis-cli', [
    ...(certificates?.cli ?? []),
    ...['--cluster', 'create', ...addresses],
    ...['--cluster-replicas', '1', '--cluster-yes'],
  ]);
  for (const server of servers) await synced(server);
  return {
    nodes: addresses.join(','),
    servers,
    masters: servers.slice(0, 3),
    async replicaOf(master) {
      const info = String(await master.command('info', 'replication'));
      const [, port] = /^slave0:.*port=(\d+)/m.exec(info) ?? [];
      const replica = servers.find((server) => String(server.port) === port);
      if (replica === undefined) throw new Error(`no replica in ${info}`);
      return replica;
    },
    async reshard(from, to, slots) {
      const [source, target] = await Promise.all(
        [from, to].map(async (node) => String(await node.command('cluster', 'myid'))),
      );
      await run('redis-cli', [
        ...['--cluster', 'reshard', `127.0.0.1:${from.port}`, '--cluster-yes'],
        ...['--cluster-from', source ?? '', '--cluster-to', target ?? ''],
        ...['--cluster-slots', String(slots)],
      ]);
    },
    stop,
  };
}

const TLS_INSIDE = ['--tls-cluster', 'yes', '--tls-replication', 'yes'];

/** A replica can take over only after its first copy of the master is complete. */
const synced = (server: OwnRedis): Promise<void> =>
  until('a node in step with its cluster', async () => {
    const info = String(await server.command('info', 'replication'));
    const isReady = info.includes('role:master')
      ? info.includes('connected_slaves:1')
      : info.includes('master_link_status:up');
    const cluster = String(await server.command('cluster', 'info'));
    return isReady && cluster.includes('cluster_state:ok');
  });
