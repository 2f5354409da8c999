import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, redisAnswers, waitUntil } from '../network.mjs';
import { background, run } from '../process.mjs';

const READY_MS = 60_000;
const MASTERS = 3;
/** A cluster node also listens for the other nodes at its port plus this. */
const BUS_OFFSET = 10_000;

/** One Redis that keeps nothing on disk. Gives REDIS_URL. */
export async function startRedis({ folder, port }) {
  const [free] = await freePorts(port, 1);
  const child = redisServer('redis', folder, free, []);
  await waitUntil('Redis', child, READY_MS, () => redisAnswers(free, 'PING', '+PONG'));
  return { env: { REDIS_URL: `redis://127.0.0.1:${free}` }, children: [child] };
}

/** A Redis Cluster of three masters without replicas. Gives REDIS_CLUSTER_NODES. */
export async function startRedisCluster({ folder, port }) {
  const ports = await freePorts(port, MASTERS, BUS_OFFSET);
  const options = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const children = ports.map((node) =>
    redisServer(`redis-${node}`, join(folder, String(node)), node, options),
  );
  const everyNode = (command, expected) =>
    Promise.all(
      children.map((child, i) =>
        waitUntil('Redis Cluster', child, READY_MS, () =>
          redisAnswers(ports[i], command, expected),
        ),
      ),
    );
  const nodes = ports.map((node) => `127.0.0.1:${node}`);
  await everyNode('PING', '+PONG');
  await run('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes']);
  await everyNode('CLUSTER INFO', 'cluster_state:ok');
  return { env: { REDIS_CLUSTER_NODES: nodes.join(',') }, children };
}

function redisServer(name, folder, port, options) {
  mkdirSync(folder, { recursive: true });
  const here = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder];
  // The command line stays as it is, so that a left-over process can be told by its folder.
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--set-proc-title', 'no'];
  return background(name, 'redis-server', [...here, ...memoryOnly, ...options], { folder });
}
