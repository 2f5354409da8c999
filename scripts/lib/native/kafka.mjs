import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerSettings } from '../broker-settings.mjs';
import { kafkaJars } from '../downloads.mjs';
import { accepts, freePorts, waitUntil } from '../network.mjs';
import { JAVA_ENV, background, run } from '../process.mjs';

const CLUSTER_ID = 'portalDashboardStackAA';
/** For what hangs: a loaded machine with two cores has taken 45 s. */
const READY_MS = 180_000;

/** A single Kafka node. Gives KAFKA_BROKERS. */
export async function startKafka({ folder, port }) {
  const { broker, args } = await prepareKafka({ folder, port });
  const child = background('kafka', 'java', args, { folder, env: JAVA_ENV });
  await waitUntil('Kafka', child, READY_MS, () => accepts(broker));
  return { env: { KAFKA_BROKERS: `127.0.0.1:${broker}` }, children: [child] };
}

/**
 * An empty Kafka node on free ports: its port, those of the listeners asked for besides, and what to give to
 * `java`, run in that folder, again after it ended.
 *
 * @param {object} options
 * @param {Record<string, string>} [options.listeners] name of a listener → its protocol
 * @param {Record<string, string>} [options.settings] of the broker, besides our own
 * @param {string[]} [options.format] arguments of the storage tool, e.g. users of SCRAM
 */
export async function prepareKafka({
  folder,
  port,
  listeners = {},
  settings: more,
  format: add = [],
}) {
  const jars = await kafkaJars();
  const names = Object.keys(listeners);
  const [broker, controller, ...others] = await freePorts(port, 2 + names.length);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'server.properties');
  // Relative to the folder it runs in: a path in a properties file may hold no comma and no é.
  const own = brokerSettings({ bind: '127.0.0.1', broker, controller, logs: 'logs' });
  const settings = { ...own, ...more };
  for (const [index, name] of names.entries()) {
    settings.listeners += `,${name}://127.0.0.1:${others[index]}`;
    settings['advertised.listeners'] += `,${name}://127.0.0.1:${others[index]}`;
    settings['listener.security.protocol.map'] += `,${name}:${listeners[name]}`;
  }
  writeFileSync(
    config,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const java = (className, ...args) => [...JVM, '-cp', `${jars}/*`, className, ...args];
  const format = java('kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config, ...add);
  await run('java', format, { cwd: folder, env: JAVA_ENV });
  const ports = Object.fromEntries(names.map((name, index) => [name, others[index]]));
  return { broker, ports, args: java('kafka.Kafka', config) };
}

const JVM = [
  '-Xmx512m',
  '-Xms64m',
  '-XX:+UseSerialGC',
  '-Dorg.slf4j.simpleLogger.logFile=System.out',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
];
