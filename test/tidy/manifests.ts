import { importsOf, packageOf } from './imports.ts';
import { type SourceFile } from './tree.ts';

type Versions = Readonly<Record<string, string>>;
interface Manifest {
  readonly name?: string;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
}

/** A folder with a manifest; the path of the repository's own is ''. */
interface Home {
  readonly path: string;
  readonly needed: ReadonlySet<string>;
  readonly forTests: ReadonlySet<string>;
  /** Package → a file that imports it. */
  readonly inSrc: ReadonlyMap<string, string>;
  readonly inTests: ReadonlyMap<string, string>;
}

/** Named in a configuration or on a command line, never imported. */
const TOOLS = [
  ...['@swc/core', '@swc/jest', '@types/node', 'esbuild-register', 'eslint', 'prettier'],
  'openapi-typescript',
];

/**
 * `dependencies` hold exactly what `src` imports, `devDependencies` what tests and scripts import
 * besides. Tools of many tests may stand at the root alone; packages of this repository are declared
 * by everybody who imports them.
 */
export function manifestFaults(files: readonly SourceFile[]): readonly string[] {
  const homes = homesOf(files);
  const shared = [...(homes.find(({ path }) => path === '')?.forTests ?? [])].filter(isForeign);
  const anywhere = homes.flatMap(({ inSrc, inTests }) => [...inSrc.keys(), ...inTests.keys()]);
  return homes.flatMap((home) => {
    const { path, needed, forTests, inSrc, inTests } = home;
    const used = new Set(path === '' ? [...anywhere, ...TOOLS] : inTests.keys());
    const declared = new Set([...needed, ...forTests, ...shared]);
    const problems = [
      ...undeclared(inSrc, needed),
      ...undeclared(inTests, declared),
      ...[...needed].filter((name) => !inSrc.has(name)).map((name) => `src does not use ${name}`),
      ...[...forTests]
        .filter((name) => needed.has(name) || !(used.has(name) || used.has(typed(name))))
        .map((name) => `${name} need not be a devDependency`),
    ];
    return problems.map((problem) => `${path === '' ? '' : `${path}/`}package.json: ${problem}`);
  });
}

const undeclared = (
  imports: ReadonlyMap<string, string>,
  declared: ReadonlySet<string>,
): readonly string[] =>
  [...imports]
    .filter(([name]) => !declared.has(name))
    .map(([name, file]) => `${file} uses ${name}, which is not declared`);

const isForeign = (name: string): boolean => !name.startsWith('@portal/');

/** The package that `@types/x` describes. */
const typed = (name: string): string => name.replace(/^@types\//, '');

function homesOf(files: readonly SourceFile[]): readonly Home[] {
  return files.flatMap(({ path: file, text }) => {
    const match = /^(?:((?:packages|services)\/[^/]+)\/)?package\.json$/.exec(file);
    if (match === null) return [];
    const path = match[1] ?? '';
    const manifest = JSON.parse(text === '' ? '{}' : text) as Manifest;
    const inside = files.filter((one) => homeOf(one.path) === path);
    const isSource = (one: SourceFile): boolean =>
      path !== '' && one.path.startsWith(`${path}/src/`);
    return {
      path,
      needed: new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })),
      forTests: new Set(Object.keys(manifest.devDependencies ?? {})),
      inSrc: importedBy(inside.filter(isSource), manifest.name),
      inTests: importedBy(
        inside.filter((one) => !isSource(one)),
        manifest.name,
      ),
    };
  });
}

const homeOf = (path: string): string => /^(?:packages|services)\/[^/]+/.exec(path)?.[0] ?? '';

function importedBy(
  files: readonly SourceFile[],
  own: string | undefined,
): ReadonlyMap<string, string> {
  return new Map(
    files.flatMap((file) =>
      importsOf(file)
        .map(packageOf)
        .filter((name): name is string => name !== null && name !== own)
        .map((name) => [name, file.path] as const),
    ),
  );
}
