import { join } from 'node:path';
import { dockerAnswers, startDocker } from './docker.mjs';
import { kafkaJars } from './downloads.mjs';
import { ensurePrograms, findChromium } from './native/programs.mjs';
import { startNative } from './native/stack.mjs';
import { DATA } from './project.mjs';
import { say } from './say.mjs';

/** Preferred ports of what the tests start; apart from those of `npm run stack`. */
const PORTS = {
  KAFKA_BROKERS: 21092,
  SCHEMA_REGISTRY_URL: 21081,
  REDIS_URL: 21379,
  REDIS_CLUSTER_NODES: 21701,
};

/** Runs may overlap on one machine: each begins its search for free ports somewhere else. */
const PORT_SPREAD = 10;
const PORT_STEP = 1000;

/**
 * Brings up what is asked for: what the environment names, the rest by Docker when an engine answers,
 * else natively. Resolves to the addresses, where each came from, and `stop()`.
 *
 * @param {string[]} wanted names of addresses: KAFKA_BROKERS, …, CHROMIUM
 * @param {string[]} own those whose programs must be on this machine, whatever answers at an address
 */
export async function bringUp(wanted, own = []) {
  const servers = wanted.filter((name) => name in PORTS);
  const given = servers.filter((name) => Boolean(process.env[name]));
  const missing = servers.filter((name) => !given.includes(name));
  const docker = missing.length > 0 && (await dockerAnswers());
  const browser = wanted.includes('CHROMIUM');
  const chromium = browser && !process.env.CHROMIUM ? ['CHROMIUM'] : [];
  await ensurePrograms([...own, ...(docker ? [] : missing), ...chromium]);
  if (own.includes('KAFKA_BROKERS')) await kafkaJars();
  const started = missing.length === 0 ? NOTHING : await start(missing, docker);
  const origin = Object.fromEntries([
    ...given.map((name) => [name, 'given by the environment']),
    ...missing.map((name) => [name, started.origin]),
    ...(browser ? [['CHROMIUM', 'on this machine']] : []),
  ]);
  const addresses = Object.fromEntries(given.map((name) => [name, process.env[name]]));
  return {
    env: {
      ...addresses,
      ...started.env,
      ...(browser ? { CHROMIUM: process.env.CHROMIUM || findChromium() } : {}),
    },
    origin,
    stop: started.stop,
  };
}

const NOTHING = { env: {}, origin: '', stop: async () => {} };

async function start(names, docker) {
  const shift = Math.floor(Math.random() * PORT_SPREAD) * PORT_STEP;
  const ports = Object.fromEntries(names.map((name) => [name, PORTS[name] + shift]));
  if (docker) {
    say(`Starting ${names.join(', ')} in Docker …`);
    try {
      return { ...(await startDocker(names, { ports })), origin: 'in Docker' };
    } catch (error) {
      say(`${error.message}\nGoing on without Docker.`);
    }
  }
  say(`Starting ${names.join(', ')} on this machine …`);
  const folder = join(DATA, `test-${process.pid}`);
  return { ...(await startNative(names, { folder, ports })), origin: 'native' };
}
