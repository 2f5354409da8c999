import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../say.mjs';
import { startKafka } from './kafka.mjs';
import { ensurePrograms } from './programs.mjs';
import { startRedis, startRedisCluster } from './redis.mjs';
import { startRegistry } from './registry.mjs';

/** How each service is started, by the address it gives, and where it lies from the base port on. */
const SERVICES = {
  KAFKA_BROKERS: { title: 'Kafka', start: startKafka, folder: 'kafka' },
  SCHEMA_REGISTRY_URL: { title: 'Schema registry', start: startRegistry, folder: 'registry' },
  REDIS_URL: { title: 'Redis', start: startRedis, folder: 'redis' },
  REDIS_CLUSTER_NODES: { title: 'Redis Cluster', start: startRedisCluster, folder: 'cluster' },
};

/**
 * Starts services as plain processes of this machine, all at once, each from an empty folder.
 * `ports` gives the preferred port by address name; a taken one is replaced by the next free one.
 * Resolves to the addresses, the processes and `stop()`; when one fails, the others are stopped.
 */
export async function startNative(names, { folder, ports }) {
  await ensurePrograms(names);
  rmSync(folder, { recursive: true, force: true });
  const results = await Promise.allSettled(
    names.map((name) => startOne(name, folder, ports[name])),
  );
  const started = results.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const children = started.flatMap((service) => service.children);
  const stop = async () => {
    await Promise.all(children.map((child) => child.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return { env: Object.assign({}, ...started.map(({ env }) => env)), children, stop };
}

async function startOne(name, folder, port) {
  const { title, start, folder: own } = SERVICES[name];
  const from = Date.now();
  const service = await start({ folder: join(folder, own), port });
  const [address] = Object.values(service.env);
  say(`${title.padEnd(16)} ${address}  (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  return service;
}
