import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { has, run } from '../process.mjs';
import { Remedy, say } from '../say.mjs';

/** Kafka 4 needs 17; the Debian package of that name brings 17 or newer. */
const JAVA_OLDEST = 17;
const JAVA_AND_MAVEN = ['default-jre-headless', 'maven'];

/** The Debian packages each service needs, by the address it gives. */
const PACKAGES = {
  KAFKA_BROKERS: JAVA_AND_MAVEN,
  SCHEMA_REGISTRY_URL: JAVA_AND_MAVEN,
  REDIS_URL: ['redis-server'],
  REDIS_CLUSTER_NODES: ['redis-server'],
  CHROMIUM: ['chromium', 'fonts-liberation'],
};

const IS_THERE = {
  'default-jre-headless': () => javaVersion() >= JAVA_OLDEST,
  maven: () => has('mvn'),
  'redis-server': () => has('redis-server') && has('redis-cli'),
  chromium: () => findChromium() !== null,
  'fonts-liberation': () => true,
};

/**
 * Makes sure that the programs behind these services are on the machine. They are installed by apt
 * where that is allowed (root, and CI=true or PORTAL_INSTALL=1), else the error says how to.
 */
export async function ensurePrograms(services) {
  const complete = services.filter((service) => !PACKAGES[service].every((it) => IS_THERE[it]()));
  const packages = [...new Set(complete.flatMap((service) => PACKAGES[service]))];
  if (packages.length === 0) return;
  if (!mayInstall()) throw new Remedy(remedy(complete, packages));
  say(`Installing ${packages.join(' ')} …`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  await run('apt-get', ['update', '-q']);
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages]);
}

const mayInstall = () =>
  process.getuid?.() === 0 &&
  (process.env.CI === 'true' || process.env.PORTAL_INSTALL === '1') &&
  has('apt-get');

const remedy = (services, packages) => `Missing programs for ${services.join(', ')}. Either
  run a Docker engine,
  or give the addresses in the environment (${services.join(', ')}),
  or on Debian and Ubuntu: sudo apt-get install -y --no-install-recommends ${packages.join(' ')}
    (as root, PORTAL_INSTALL=1 lets the script do that; elsewhere install Java ${JAVA_OLDEST}+, Maven, Redis 7 and Chromium your way).`;

function javaVersion() {
  const output = spawnSync('java', ['-version']).stderr?.toString() ?? '';
  return Number(/version "(\d+)/.exec(output)?.[1] ?? 0);
}

/** The path of a Chromium or Chrome program on this machine, or null. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const places = [...names.map((name) => `/usr/bin/${name}`), mac];
  return places.find((place) => existsSync(place)) ?? null;
}
