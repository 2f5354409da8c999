import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Remedy, say } from './say.mjs';

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Downloads that can be made again; shared between clones when PORTAL_CACHE names a folder. */
export const CACHE = resolve(process.env.PORTAL_CACHE || join(ROOT, '.cache'));

/** Files of running services; nothing in it has to survive. */
export const DATA = join(ROOT, '.data');

/** Runs `npm ci` when node_modules is missing or does not hold what package-lock.json asks for. */
export function ensureDependencies() {
  const missing = missingDependencies();
  if (missing === null) return;
  accessSync(ROOT, constants.W_OK);
  const started = Date.now();
  say(`Installing dependencies (${missing}; about a minute, only the first time) …`);
  // Without npm's own list an install that is broken off is recognised and begun again.
  rmSync(INSTALLED, { force: true });
  // Install scripts are left out: nothing here needs them to run, and newer npm refuses them anyway.
  // The one native module, lz4, is optional: `npm rebuild lz4` compiles it.
  const { error, signal, status } = spawnSync(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=warn'],
    {
      cwd: ROOT,
      stdio: ['ignore', process.stderr, process.stderr],
      shell: process.platform === 'win32',
    },
  );
  if (error !== undefined)
    throw new Remedy(`npm cannot be run (${error.code}): is it on the PATH?`);
  if (signal !== null) throw new Remedy('npm ci was broken off; the next start begins it again.');
  if (status !== 0) {
    throw new Remedy('npm ci failed, see above. It needs the package registry, this once.');
  }
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
  if (!existsSync(INSTALLED)) return 'node_modules is missing or half installed';
  const installed = readPackages(INSTALLED);
  const stale = Object.entries(readPackages(join(ROOT, 'package-lock.json'))).find(
    ([path, wanted]) =>
      path !== '' &&
      isForHere(wanted) &&
      (installed[path]?.version !== wanted.version || !existsSync(join(ROOT, path))),
  );
  return stale === undefined ? null : `${stale[0]} is missing or outdated`;
}

/** Optional packages may be missing, but not this system's own part of a program (a copied folder). */
const isForHere = ({ optional, peer, os, cpu, libc }) =>
  !(optional || peer) ||
  (!peer && libc === undefined && os?.includes(process.platform) && cpu?.includes(process.arch));

/** npm's own list of what it has installed, written last. */
const INSTALLED = join(ROOT, 'node_modules/.package-lock.json');

const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
