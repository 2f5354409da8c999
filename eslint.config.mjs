import { readFileSync } from 'node:fs';
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** Which packages of ours a folder may import; a test holds the same table against all imports. */
const LAYERS = JSON.parse(readFileSync(new URL('test/tidy/layers.json', import.meta.url), 'utf8'));
const ALL = Object.keys(LAYERS).map((folder) => folder.split('/')[1]);

const layer = ([folder, allowed]) => ({
  files: [`${folder}/src/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: ALL.filter((name) => !allowed.includes(name) && folder.split('/')[1] !== name).map(
          (name) => ({
            name: `@portal/${name}`,
            message: `${folder} may only import: ${allowed.join(', ') || 'nothing of ours'}.`,
          }),
        ),
        patterns: PURE.includes(folder) ? [PURE_IMPORTS] : [],
      },
    ],
  },
});

const PURE = ['packages/billing', 'packages/projection'];
const PURE_IMPORTS = {
  group: ['node:*', 'kafkajs', 'ioredis', 'express', 'pino'],
  message: 'Pure packages do no I/O.',
};

const NO_FLOATS = 'Money and usage are whole minor units or strict decimals, never floats.';

/** A service ends in one place: `exit: (code) => process.exit(code)`, as `installShutdown` takes it. */
const ONE_END = {
  selector:
    'MemberExpression[object.name="process"][property.name=/^(exit|exitCode|abort|kill)$/]:not(Property[key.name="exit"] MemberExpression)',
  message: 'End the process by the Shutdown of its main.ts.',
};

export default tseslint.config(
  { ignores: ['**/node_modules', '**/dist', '.cache', '.data', 'coverage', '**/*.{mjs,cjs}'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  ...Object.entries(LAYERS).map(layer),
  {
    files: ['services/{projector,reader}/src/**/*.ts', 'packages/*/src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ONE_END] },
  },
  {
    files: PURE.map((folder) => `${folder}/src/**/*.ts`),
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'fetch',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'performance',
          'crypto',
        ],
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Pure packages have no clock.' },
        { object: 'Math', property: 'random', message: 'Pure packages have no randomness.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'No clock.' },
        { selector: 'Literal[raw=/^[0-9_]*[.][0-9]/]', message: NO_FLOATS },
        { selector: 'CallExpression[callee.name="parseFloat"]', message: NO_FLOATS },
        { selector: 'CallExpression[callee.property.name="parseFloat"]', message: NO_FLOATS },
        { selector: 'CallExpression[callee.property.name="toNumber"]', message: NO_FLOATS },
      ],
    },
  },
  {
    files: ['**/test/**/*.{ts,tsx}', 'bench/**/*.ts', 'examples/**/*.ts', '**/testkit/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  prettier,
);
