import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inNode } from './in-node.ts';

interface Uses {
  readonly services: readonly string[];
  readonly own: readonly string[];
}

const findUses = (files: readonly string[]): Uses => {
  const { services, own } = inNode(
    'lib/uses.mjs',
    `answer(it.findUses(${JSON.stringify(files)}));`,
  ) as Uses;
  return { services: [...services].sort(), own: [...own].sort() };
};

/** The tests below these folders of the project that are no unit tests. */
const testsOf = (...folders: readonly string[]): readonly string[] =>
  folders.flatMap((folder) => {
    const root = resolve(__dirname, '../..', folder);
    return readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.includes('node_modules') && /\.(int|e2e|fault)\.test\.ts$/.test(name))
      .map((name) => join(root, name));
  });

describe('what tests need', () => {
  it('is found in the files they import, however these import each other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portal-uses-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const test = write('a.int.test.ts', `import { b } from './b.ts';`);
    write('b.ts', `import { a } from './c.ts'; requireService('REDIS_URL');`);
    write('c.ts', `export { b } from './b.ts'; spawn('java', []); import './gone.ts';`);
    expect(findUses([test])).toEqual({ services: ['REDIS_URL'], own: ['KAFKA_BROKERS'] });
  });

  it.each([
    ['nothing', [], { services: [], own: [] }],
    [
      'the stores: Redis, alone and of their own, no Kafka and no browser',
      testsOf('packages/stores'),
      { services: ['REDIS_CLUSTER_NODES', 'REDIS_URL'], own: ['REDIS_URL'] },
    ],
    [
      'the page: a browser and nothing else',
      testsOf('services/portal'),
      { services: ['CHROMIUM'], own: [] },
    ],
    [
      'all: every server and the browser',
      testsOf('packages', 'services', 'test', 'examples'),
      {
        services: [
          'CHROMIUM',
          'KAFKA_BROKERS',
          'REDIS_CLUSTER_NODES',
          'REDIS_URL',
          'SCHEMA_REGISTRY_URL',
        ],
        own: ['KAFKA_BROKERS', 'REDIS_URL'],
      },
    ],
  ])('is read from the project’s own tests: %s', (_what, files, needed) => {
    expect(findUses(files)).toEqual(needed);
  });
});
