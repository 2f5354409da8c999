import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { has, run } from '../process.mjs';
import { ROOT } from '../project.mjs';
import { Remedy, askYes, patiently, say } from '../say.mjs';
import { mend, planInstall } from './install-plan.mjs';

/** Kafka 4 needs it. */
const JAVA_OLDEST = 17;
const REDIS_OLDEST = 7;

/** The programs behind each service, by the address it gives. */
const PROGRAMS = {
  KAFKA_BROKERS: ['java', 'maven'],
  SCHEMA_REGISTRY_URL: ['java', 'maven'],
  REDIS_URL: ['redis'],
  REDIS_CLUSTER_NODES: ['redis'],
  CHROMIUM: ['chromium'],
};

const IS_THERE = {
  java: () => version('java', ['-version'], /version "(\d+)/) >= JAVA_OLDEST,
  maven: () => has('mvn'),
  redis: () => has('redis-cli') && version('redis-server', ['-v'], /v=(\d+)/) >= REDIS_OLDEST,
  chromium: () => findChromium() !== null,
};

/**
 * Makes sure that the programs behind these services are on the machine. As root on Debian or Ubuntu
 * what is missing is installed, unless PORTAL_INSTALL=0 or a no forbids it; else the error names the
 * one command that does it.
 */
export async function ensurePrograms(services) {
  const missing = missingPrograms(services);
  const machine = detectMachine();
  const plan = planInstall(missing, machine);
  if (plan.kind === 'nothing') return;
  if (plan.kind === 'refuse') throw new Remedy(plan.reason);
  if (plan.ask && !(await askYes(`Missing: ${plan.what}. Install it now (${plan.command})?`))) {
    throw new Remedy(mend(plan.what, plan.command, machine));
  }
  say(`Installing ${plan.what} (PORTAL_INSTALL=0 forbids it): ${plan.command}`);
  await patiently('the installation', () => install(plan.steps));
  const still = planInstall(missingPrograms(services), { ...machine, wish: '0' });
  if (still.kind === 'refuse') {
    throw new Remedy(`The installation ended well, but not all is there.\n${still.reason}`);
  }
}

function missingPrograms(services) {
  const programs = new Set(services.flatMap((service) => PROGRAMS[service]));
  return [...programs].filter((program) => !IS_THERE[program]());
}

function detectMachine() {
  const release = existsSync(OS_RELEASE) ? readFileSync(OS_RELEASE, 'utf8') : '';
  const field = (name) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  return {
    os: field('ID'),
    release: field('VERSION_ID'),
    apt: has('apt-get'),
    root: process.getuid?.() === 0,
    person: process.env.CI !== 'true' && process.stdin.isTTY && process.stderr.isTTY,
    wish: process.env.PORTAL_INSTALL ?? '',
  };
}

const OS_RELEASE = '/etc/os-release';

async function install(steps) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Under umask 077 apt and the packages' scripts would make files that others cannot read.
  const umask = process.umask(0o022);
  let complaints = '';
  try {
    for (const [program, ...args] of steps) {
      const words =
        program === 'playwright-core'
          ? [process.execPath, [playwright('cli.js'), ...args]]
          : [program, args];
      if (args.at(-1) !== 'update') await run(...words, { env });
      // One source that is away is no reason to stop, the packages may come from another one.
      else complaints = aptComplaints(await run(...words, { env }).catch(({ message }) => message));
    }
  } catch (error) {
    throw new Remedy(`${complaints}${error.message}\nIs the network there? Then try again.`);
  } finally {
    process.umask(umask);
  }
}

const aptComplaints = (output) =>
  (output.match(/^[WE]: .{1,300}/gm) ?? [])
    .slice(0, 5)
    .map((line) => `${line}\n`)
    .join('');

/** The number that the program prints about itself, 0 when it cannot be run. */
function version(program, args, pattern) {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return Number(pattern.exec(`${stdout}${stderr}`)?.[1] ?? 0);
}

/** The path of a Chromium or Chrome on this machine that runs, or null. */
export function findChromium() {
  const names = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin'];
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const places = [...onPath, mac, playwrightsBrowser()];
  return places.find((place) => existsSync(place) && !isSnap(place)) ?? null;
}

/** Ubuntu's package is a script that calls a snap; it is there without one, and its /tmp is another. */
function isSnap(place) {
  if (realpathSync(place) === '/usr/bin/snap') return true;
  const start = Buffer.alloc(4096);
  const file = openSync(place);
  readSync(file, start);
  closeSync(file);
  return start.toString('latin1', 0, 2) === '#!' && start.includes('/snap/');
}

const playwright = (file) => join(ROOT, 'node_modules/playwright-core', file);

function playwrightsBrowser() {
  if (!existsSync(playwright('package.json'))) return '';
  return createRequire(import.meta.url)(playwright('index.js')).chromium.executablePath();
}
