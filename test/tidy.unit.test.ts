import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { RULES } from './tidy/rules.ts';
import { readTree, type SourceFile } from './tidy/tree.ts';

/** Style is a test: what a reader relies on everywhere is checked everywhere. */
describe('the repository is tidy', () => {
  const tree = readTree(resolve(__dirname, '..'));

  it('is looked at as a whole', () => {
    const paths = tree.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['package.json', 'test/tidy/rules.ts']));
    expect(paths.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  it.each(Object.entries(RULES))('%s', (_name, rule) => {
    expect(rule(tree)).toEqual([]);
  });
});

/**
 * Each rule must see a planted violation and leave the good neighbour alone. Forbidden words are
 * put together from halves, because the checks above read this file too.
 */
describe('the tidy rules', () => {
  const file = (path: string, text = ''): SourceFile => ({ path, text });
  const changelog = file('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n');
  const lines = (count: number): string => 'x\n'.repeat(count);
  const joined = (...halves: readonly string[]): string => halves.join('');
  const up = (steps: number): string => '../'.repeat(steps);

  const lock = (packages: object): SourceFile =>
    file('package-lock.json', JSON.stringify({ packages }));

  /** It takes more than one file to break these. */
  const FOLDERS = 'folders beside each other are imported in one direction';
  const LISTS = 'a README that lists a folder names all its files';

  const PLANTED: readonly [name: string, bad: SourceFile, good: SourceFile][] = [
    [
      'imports follow the layers',
      file('packages/billing/src/a.ts', "import { x } from '@portal/projection';"),
      file('packages/projection/src/a.ts', "import { x } from '@portal/billing';"),
    ],
    [
      'imports follow the layers',
      file('services/reader/src/a.ts', "export * from '@portal/projector';"),
      file('services/cli/src/a.ts', "export * from '@portal/projector';"),
    ],
    [
      'imports follow the layers',
      file('packages/stores/src/lua/a.ts', `import '${up(3)}billing/src/cents.ts';`),
      file('packages/stores/src/lua/a.ts', "import '../keys.ts';"),
    ],
    [
      'imports follow the layers',
      file('packages/billing/src/a.ts', "const x = await import('@portal/runtime');"),
      file('packages/billing/test/a.ts', "const x = await import('@portal/testkit');"),
    ],
    [
      'nothing is imported in a circle',
      file('packages/a/src/a.ts', "import { type A } from './a.ts';"),
      file('packages/a/src/a.ts', "import { type B } from './b.ts';"),
    ],
    [
      'manifests declare what is imported, and nothing else',
      file('packages/a/package.json', '{ "dependencies": { "x": "1.0.0" } }'),
      file('packages/a/package.json', '{ "dependencies": {} }'),
    ],
    [
      'no source file is longer than 300 lines',
      file('scripts/long.mjs', lines(301)),
      file('scripts/long.mjs', lines(300)),
    ],
    [
      'no source file is longer than 300 lines',
      file('packages/a/test/a.unit.test.ts', lines(301)),
      file('packages/a/test/a.unit.test.ts', lines(300)),
    ],
    [
      'every package and service has a README and a row in the layer table',
      file('packages/billing/package.json'),
      file('examples/01-first/package.json'),
    ],
    [
      'nothing is left to do later, skipped or run alone',
      file('packages/a/src/a.ts', joined('x(); // TO', 'DO later')),
      file('packages/a/src/a.ts', 'const todos = 1;'),
    ],
    [
      'nothing is left to do later, skipped or run alone',
      file('packages/a/test/a.unit.test.ts', joined('it.', "skip('x', f)")),
      file('packages/a/test/a.unit.test.ts', "it('may skip', f)"),
    ],
    [
      'nothing is left to do later, skipped or run alone',
      file('packages/a/test/a.unit.test.ts', joined('f', "it('x', f)")),
      file('packages/a/test/a.unit.test.ts', 'profit(1)'),
    ],
    [
      'no test waits for time to pass',
      file(
        'packages/a/test/a.unit.test.ts',
        joined('await new Promise((go) => set', 'Timeout(go, 50));'),
      ),
      file(
        'packages/a/test/a.unit.test.ts',
        'const timer = setTimeout(() => {\n  reject(e);\n}, 50);',
      ),
    ],
    [
      'no test waits for time to pass',
      file(
        'test/e2e/a.ts',
        joined("import { setTimeout as sleep } from 'node:timers/", "promises';"),
      ),
      file('packages/a/src/a.ts', joined("import { setTimeout } from 'node:timers/", "promises';")),
    ],
    [
      'every test file belongs to a jest project',
      file('packages/a/test/a.test.ts'),
      file('packages/a/test/a.fault.test.ts'),
    ],
    ['the changelog has an [Unreleased] section', file('CHANGELOG.md', '## 1.0.0'), changelog],
    [
      'every folder of examples is numbered',
      file('examples/inspect/README.md'),
      file('examples/03-inspect/README.md'),
    ],
    [
      'nobody’s machine is named',
      file('docs/a.md', `see ${up(2)}other/a.md`),
      file('docs/a.md', 'see ../README.md'),
    ],
    [
      'nobody’s machine is named',
      file('docs/a.md', joined('cd /', 'home/somebody/x')),
      file('docs/a.md', 'the home/page'),
    ],
    [
      'files that are named are there',
      file('docs/a.md', 'in `packages/gone/src/a.ts`'),
      file('docs/a.md', 'in `docs/a.md`'),
    ],
    [
      'files that are named are there',
      file('packages/a/src/a.ts', '/** Rows; see gone.ts. */'),
      file('packages/a/src/a.ts', '/** Rows; see a.ts. */'),
    ],
    [
      'declared names say what they stand for',
      file('packages/a/src/a.ts', joined('const le', 'ft = 1;')),
      file('packages/a/src/a.ts', "const leftover = 1; // the type left to the reader's box.left"),
    ],
    [
      'declared names say what they stand for',
      file('services/a/src/a.ts', joined('interface Lo', 'st { readonly x: 1 }')),
      file('services/a/src/a.ts', 'interface LostRecords { readonly lostAt: 1 }'),
    ],
    [
      'a fresh clone can be installed from the lock file',
      lock({ 'node_modules/x': { resolved: 'https://example.com/x.tgz' } }),
      lock({ 'node_modules/@portal/billing': { resolved: 'packages/billing' } }),
    ],
    [
      'a fresh clone can be installed from the lock file',
      lock({ 'node_modules/x': { optionalDependencies: { 'x-darwin': '1.0.0' } } }),
      lock({
        'node_modules/x': { optionalDependencies: { 'x-darwin': '1.0.0' } },
        'node_modules/x-darwin': { version: '1.0.0' },
      }),
    ],
  ];

  it.each(PLANTED)('find what breaks “%s” and only that', (name, bad, good) => {
    expect(RULES[name]?.([bad])).not.toEqual([]);
    expect(RULES[name]?.([good])).toEqual([]);
  });

  it.each([
    ['two files', 'packages/a/src/a.ts → packages/a/src/b.ts → packages/a/src/a.ts'],
    [
      'packages',
      'packages/projection/src/index.ts → packages/stores/src/index.ts → packages/projection/src/index.ts',
    ],
  ])('find a circle of %s, types included', (_name, circle) => {
    const [a = '', b = ''] = circle.split(' → ');
    const named = (path: string): string =>
      path
        .replace(/^packages\/(\w+)\/src\/index\.ts$/, '@portal/$1')
        .replace(/^packages\/a\/src/, '.');
    const importing = (path: string): string => `export { type X } from '${named(path)}';`;
    const tree = [file(a, importing(b)), file(b, importing(a))];
    expect(RULES['nothing is imported in a circle']?.(tree)).toEqual([circle]);
    const straight = [file(a, importing(b)), file(b)];
    expect(RULES['nothing is imported in a circle']?.(straight)).toEqual([]);
  });

  it('find folders that need each other, though no file does', () => {
    const tree = [
      file('packages/a/src/one/a.ts', "import { type B } from '../two/b.ts';"),
      file('packages/a/src/two/b.ts', "import './parts/part.ts';"),
      file('packages/a/src/two/parts/part.ts', "import '../word.ts';"),
      file('packages/a/src/two/c.ts', "import '../one/d.ts';"),
    ];
    const rule = RULES[FOLDERS];
    const [one, two] = ['packages/a/src/one', 'packages/a/src/two'];
    expect(rule?.(tree)).toEqual([`${one} → ${two} → ${one}`]);
    expect(rule?.(tree.slice(0, 3))).toEqual([]);
  });

  it.each([
    ['src', 'x', { dependencies: { x: '1.0.0' } }, true],
    ['src', 'x', { optionalDependencies: { x: '1.0.0' } }, true],
    ['src', 'x', { devDependencies: { x: '1.0.0' } }, false],
    ['src', 'shared', {}, false],
    ['src', '@portal/billing', {}, false],
    ['src', '@portal/a', {}, true],
    ['src', 'node:fs', {}, true],
    ['test', 'x', { dependencies: { x: '1.0.0' } }, false],
    ['test', 'x', { devDependencies: { x: '1.0.0' } }, true],
    ['test', 'x/sub/path', { devDependencies: { x: '1.0.0' } }, true],
    ['test', 'shared', {}, true],
    ['test', '@portal/stores', {}, false],
    ['test', '@portal/stores', { devDependencies: { '@portal/stores': '0.1.0' } }, true],
    ['test', 'unknown', {}, false],
  ])('judge %s importing %s with %j', (folder, target, manifest, isGood) => {
    const found = RULES['manifests declare what is imported, and nothing else']?.([
      file(
        'package.json',
        JSON.stringify({ devDependencies: { shared: '1.0.0', '@portal/stores': '0.1.0' } }),
      ),
      file('test/root.ts', "import 'shared'; import '@portal/stores';"),
      file('packages/a/package.json', JSON.stringify({ name: '@portal/a', ...manifest })),
      file(`packages/a/${folder}/a.ts`, `import { type X } from '${target}';`),
    ]);
    expect(found?.length === 0).toBe(isGood);
  });

  it('find a file that a README leaves out of a list, in the block or around it', () => {
    const sources = ['one.ts', 'two.ts', 'three.ts', 'index.ts'].map((name) =>
      file(`packages/a/src/kinds/${name}`),
    );
    const found = (readme: string): readonly string[] | undefined =>
      RULES[LISTS]?.([...sources, file('packages/a/README.md', readme)]);
    const block = (names: string): string => `\`\`\`\n${names}\n\`\`\`\n`;
    const missing = ['packages/a/README.md: packages/a/src/kinds without three.ts'];
    expect(found(block('one.ts   the first\ntwo.ts   the second'))).toEqual(missing);
    expect(found('`one.ts` and `two.ts`')).toEqual(missing);
    expect(found(`\`one.ts\`, \`two.ts\`\n${block('three.ts')}`)).toEqual(missing);
    expect(found(block('one.ts, two.ts, three.ts'))).toEqual([]);
    expect(found('`one.ts` is where to begin')).toEqual([]);
  });

  it('find a manifest that asks for something else than the lock file holds', () => {
    const manifest = (version: string): SourceFile =>
      file('packages/a/package.json', JSON.stringify({ dependencies: { x: version } }));
    const locked = lock({ 'packages/a': { dependencies: { x: '1.0.0' } } });
    const rule = RULES['a fresh clone can be installed from the lock file']!;
    expect(rule([locked, manifest('1.0.1')])).toHaveLength(1);
    expect(rule([locked, manifest('1.0.0')])).toEqual([]);
  });

  it('are all tried on a planted violation', () => {
    const alone = PLANTED.map(([name]) => name);
    expect(new Set([...alone, FOLDERS, LISTS])).toEqual(new Set(Object.keys(RULES)));
  });
});
