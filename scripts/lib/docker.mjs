import { brokerSettings } from './broker-settings.mjs';
import { freePorts } from './network.mjs';
import { Remedy, say } from './say.mjs';

const KAFKA_IMAGE = 'apache/kafka:4.4.0';
const REGISTRY_IMAGE = 'apicurio/apicurio-registry-mem:2.6.13.Final';
const REDIS_IMAGE = 'redis:7.2';
const START_MS = 120_000;
const CLUSTER_STATE_TRIES = 100;

const STARTERS = {
  KAFKA_BROKERS: startKafka,
  SCHEMA_REGISTRY_URL: startRegistry,
  REDIS_URL: startRedis,
  REDIS_CLUSTER_NODES: startRedisCluster,
};

/** True when a Docker engine answers, found the way testcontainers finds it. */
export async function dockerAnswers() {
  const { getContainerRuntimeClient } = await import('testcontainers');
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** Starts services as containers, all at once; the counterpart of the native stack. */
export async function startDocker(names, { ports }) {
  const library = await import('testcontainers');
  const results = await Promise.allSettled(
    names.map((name) => STARTERS[name](library, ports[name])),
  );
  const started = results.flatMap(({ value }) => (value === undefined ? [] : [value]));
  const stop = () => Promise.all(started.map(({ container }) => container.stop()));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw new Remedy(`Docker could not start the services: ${failed.reason?.message}`);
  }
  for (const { env } of started) say(Object.values(env).join());
  return { env: Object.assign({}, ...started.map(({ env }) => env)), stop };
}

/** The broker has the same port inside and outside, so that one advertised address fits both. */
async function startKafka({ GenericContainer, Wait }, preferred) {
  const [broker, controller] = await freePorts(preferred, 2);
  const logs = '/tmp/kraft-logs';
  const settings = brokerSettings({ bind: '0.0.0.0', broker, controller, logs });
  const environment = Object.entries(settings).map(([key, value]) => [
    `KAFKA_${key.toUpperCase().replaceAll('.', '_')}`,
    value,
  ]);
  const container = await new GenericContainer(KAFKA_IMAGE)
    .withEnvironment(Object.fromEntries(environment))
    .withExposedPorts({ container: broker, host: broker })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .withStartupTimeout(START_MS)
    .start();
  return { container, env: { KAFKA_BROKERS: `127.0.0.1:${broker}` } };
}

async function startRegistry({ GenericContainer, Wait }) {
  const path = '/apis/ccompat/v7';
  const container = await new GenericContainer(REGISTRY_IMAGE)
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp(`${path}/subjects`, 8080))
    .withStartupTimeout(START_MS)
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(8080)}${path}`;
  return { container, env: { SCHEMA_REGISTRY_URL: url } };
}

async function startRedis({ GenericContainer, Wait }) {
  const container = await new GenericContainer(REDIS_IMAGE)
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no'])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .withStartupTimeout(START_MS)
    .start();
  const url = `redis://${container.getHost()}:${container.getMappedPort(6379)}`;
  return { container, env: { REDIS_URL: url } };
}

/** Three masters in one container: its loopback is where they meet and what they announce. */
async function startRedisCluster({ GenericContainer, Wait }, preferred) {
  const ports = await freePorts(preferred, 3);
  const server = (port) =>
    `redis-server --port ${port} --dir /tmp --save '' --protected-mode no --cluster-enabled yes ` +
    `--cluster-config-file nodes-${port}.conf --cluster-announce-ip 127.0.0.1 &`;
  const container = await new GenericContainer(REDIS_IMAGE)
    .withCommand(['sh', '-c', `${ports.map(server).join(' ')} wait`])
    .withExposedPorts(...ports.map((port) => ({ container: port, host: port })))
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/, ports.length))
    .withStartupTimeout(START_MS)
    .start();
  const nodes = ports.map((port) => `127.0.0.1:${port}`);
  const created = await container.exec([
    'redis-cli',
    '--cluster',
    'create',
    ...nodes,
    '--cluster-yes',
  ]);
  if (created.exitCode !== 0) throw new Remedy(`Redis Cluster: ${created.output}`);
  for (const port of ports) await clusterIsWhole(container, port);
  return { container, env: { REDIS_CLUSTER_NODES: nodes.join(',') } };
}

async function clusterIsWhole(container, port) {
  for (let i = 0; i < CLUSTER_STATE_TRIES; i++) {
    const { output } = await container.exec(['redis-cli', '-p', String(port), 'cluster', 'info']);
    if (output.includes('cluster_state:ok')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Remedy('Redis Cluster does not become whole.');
}
