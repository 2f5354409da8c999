import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Remedy, say } from './say.mjs';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Downloads that can be made again; shared between clones when PORTAL_CACHE names a folder. */
export const CACHE = resolve(process.env.PORTAL_CACHE || join(ROOT, '.cache'));

/** Files of running services; nothing in it has to survive. */
export const DATA = join(ROOT, '.data');

const NODE_OLDEST = [20, 11];

/** Throws a remedy when this Node is too old for the project. */
export function checkNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = NODE_OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Remedy(
    `Node ${version} is too old: this project needs Node ${NODE_OLDEST.join('.')} or newer. ` +
      'Install it from your system or a version manager (nvm install 20), then try again.',
  );
}

/** Runs `npm ci` when node_modules is missing or does not hold what package-lock.json asks for. */
export function ensureDependencies() {
  const missing = missingDependencies();
  if (missing === null) return;
  const started = Date.now();
  say(`Installing dependencies (${missing}; half a minute, only the first time) …`);
  // Install scripts are left out: nothing here needs them to run, and newer npm refuses them anyway.
  // The one native module, lz4, is optional: `npm rebuild lz4` compiles it.
  const { status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=warn'],
    {
      cwd: ROOT,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) throw new Remedy('npm ci failed, see above. It needs the network once.');
  if (process.env.CI === 'true') compileLz4();
  say(`Dependencies installed in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

/** Without a compiler lz4 stays away, and the tests then show that it is refused by name. */
function compileLz4() {
  const { status } = spawnSync('npm', ['rebuild', 'lz4'], { cwd: ROOT, stdio: 'ignore' });
  say(status === 0 ? 'Compiled the optional lz4 module.' : 'The optional lz4 module is left out.');
}

/**
 * Why the dependencies have to be installed, or null when they are complete. Contents are compared,
 * not times: a fresh checkout has new times everywhere.
 */
function missingDependencies() {
  const installedFile = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return 'node_modules is missing';
  const installed = readPackages(installedFile);
  const stale = Object.entries(readPackages(join(ROOT, 'package-lock.json'))).find(
    ([path, { version, optional, peer }]) =>
      path !== '' &&
      !(optional || peer) &&
      (!(path in installed) || installed[path].version !== version),
  );
  return stale === undefined ? null : `${stale[0]} is missing or outdated`;
}

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
