import { type SourceFile } from './tree.ts';

type Versions = Readonly<Record<string, string>>;
interface Manifest {
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

/**
 * What would make `npm ci` fail in a fresh clone, on this platform or on another: a manifest that
 * asks for something else than the lock file holds, or an optional package of another platform
 * that the lock file leaves out. Download addresses stay out: they tie the file to one registry.
 */
export function lockfileFaults(files: readonly SourceFile[]): readonly string[] {
  const lock = files.find(({ path }) => path === 'package-lock.json');
  if (lock === undefined) return ['package-lock.json is missing'];
  const { packages } = JSON.parse(lock.text) as { packages: Record<string, Manifest> };
  const addresses = /"resolved":\s*"\w+:\/\//.test(lock.text);
  return [
    ...(addresses ? ['package-lock.json: remove the resolved addresses'] : []),
    ...files.flatMap((file) => outdated(file, packages)),
    ...Object.entries(packages).flatMap(([path, entry]) => omitted(path, entry, packages)),
  ];
}

function outdated({ path, text }: SourceFile, packages: Record<string, Manifest>) {
  const match = /^(?:((?:packages|services)\/[^/]+)\/)?package\.json$/.exec(path);
  if (match === null) return [];
  const wanted = JSON.parse(text) as Manifest;
  const locked = packages[match[1] ?? ''] ?? {};
  const same = GROUPS.every((group) => sorted(wanted[group]) === sorted(locked[group]));
  return same ? [] : [`${path}: not what package-lock.json holds; run npm install`];
}

const sorted = (versions: Versions = {}): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name}@${version}`)
    .sort()
    .join();

function omitted(path: string, entry: Manifest, packages: Record<string, Manifest>) {
  return Object.keys(entry.optionalDependencies ?? {})
    .filter((name) => !places(path, name).some((place) => place in packages))
    .map((name) => `package-lock.json: ${path} may need ${name}, which is left out`);
}

/** Where Node would look for a package from `path`, innermost first. */
function places(path: string, name: string): readonly string[] {
  const segments = path.split('/node_modules/');
  const above = segments.map((_, i) => segments.slice(0, i + 1).join('/node_modules/'));
  return [...above.map((parent) => `${parent}/node_modules/${name}`), `node_modules/${name}`];
}
