/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** The suffix of a test file says what it costs; each suffix is one project. */
const SUFFIXES = ['unit', 'int', 'e2e', 'fault'] as const;

/** Dependencies published as ES modules only: swc turns them into CommonJS for the tests. */
const ESM_ONLY = ['temporal-polyfill', 'temporal-utils', 'temporal-spec', 'preact'];

const project = (suffix: (typeof SUFFIXES)[number]): Config => ({
  displayName: suffix,
  testMatch: [`<rootDir>/{packages,services,test,examples}/**/*.${suffix}.test.{ts,tsx}`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/.cache/', '/.data/'],
  transform: {
    '^.+\\.(t|j|mj)sx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'preact' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
});

/** A limit for what hangs, not a statement about speed; it only counts at the top level. */
const config: Config = { projects: SUFFIXES.map(project), testTimeout: 120_000 };
export default config;
