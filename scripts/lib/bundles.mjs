import { build, stop } from 'esbuild';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from './project.mjs';
import { Remedy, say } from './say.mjs';

/** Anything that may end up in a bundle, or changes how bundles are made. */
const SOURCES = ['packages', 'services', 'schemas', 'scripts/lib', 'package-lock.json'];
const LEFT_OUT = new Set(['node_modules', 'dist', 'test']);

/** Builds the bundles that are older than any source: services/<name>/src/main.ts and the portal page. */
export async function buildAll() {
  const started = Date.now();
  const changed = newestChange(SOURCES.map((name) => join(ROOT, name)));
  const stale = findBundles().filter(({ output }) => !existsSync(output) || age(output) < changed);
  if (stale.length === 0) return;
  // Said once and in our words: esbuild would complain about each file.
  for (const { dist } of stale) accessSync(existsSync(dist) ? dist : dirname(dist), constants.W_OK);
  const results = await Promise.allSettled(stale.map((bundle) => bundle.make(bundle)));
  // esbuild leaves a process of its own behind, which npm start would keep for as long as it runs.
  await stop();
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    // esbuild has already said what is wrong in the sources; anything else is a fault of ours.
    throw failed.reason.errors ? new Remedy('The build failed, see above.') : failed.reason;
  }
  const names = stale.map(({ name }) => name).join(', ');
  say(`Built ${names} in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

function findBundles() {
  const folder = join(ROOT, 'services');
  return readdirSync(folder).flatMap((name) => {
    const [source, dist] = [join(folder, name, 'src'), join(folder, name, 'dist')];
    if (existsSync(join(source, 'main.ts'))) {
      return [{ name, source, dist, output: join(dist, 'main.cjs'), make: makeService }];
    }
    if (existsSync(join(source, 'main.tsx'))) {
      return [{ name, source, dist, output: join(dist, 'main.js'), make: makePage }];
    }
    return [];
  });
}

/** One file that runs without node_modules. kafkajs-lz4 is native and optional: loaded if present. */
const makeService = ({ source, output }) =>
  build({
    ...COMMON,
    entryPoints: [join(source, 'main.ts')],
    outfile: output,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['kafkajs-lz4'],
  });

async function makePage({ source, dist }) {
  const files = readdirSync(source);
  await build({
    ...COMMON,
    entryPoints: ['main.tsx', ...files.filter((file) => file.endsWith('.css'))].map((file) =>
      join(source, file),
    ),
    outdir: dist,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    // What is imported on demand, as messages are, becomes a file of its own.
    splitting: true,
    chunkNames: '[name]',
    charset: 'utf8',
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
  });
  const copied = files.filter((file) => /\.(html|svg|png|ico|webmanifest)$/.test(file));
  await Promise.all(copied.map((file) => copyFile(join(source, file), join(dist, file))));
}

const COMMON = { bundle: true, sourcemap: true, logLevel: 'warning', absWorkingDir: ROOT };

function newestChange(paths) {
  const times = paths.map((path) => {
    const stats = statSync(path);
    if (!stats.isDirectory()) return stats.mtimeMs;
    const inside = readdirSync(path).filter((name) => !LEFT_OUT.has(name));
    return newestChange(inside.map((name) => join(path, name)));
  });
  return Math.max(0, ...times);
}

const age = (file) => statSync(file).mtimeMs;
