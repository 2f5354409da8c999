import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/**
 * `npm test` is trusted to say the truth in its last line. The scripts run on plain Node without
 * a build, so they are tried the way they run: in a process of their own.
 */
const MODULE = resolve(__dirname, '../../scripts/lib/report.mjs');

const RESULTS = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  numRuntimeErrorTestSuites: 0,
  numTotalTests: 3,
  onlyAgain: [] as readonly string[],
  testResults: [
    { name: '/a.int.test.ts', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
    { name: '/b.int.test.ts', assertionResults: [{ status: 'passed' }, { status: 'pending' }] },
    { name: '/c.unit.test.ts', assertionResults: [{ status: 'passed' }] },
  ],
};

interface Run {
  readonly version?: string;
  readonly results?: Partial<typeof RESULTS>;
  readonly uses?: readonly string[][];
  readonly failure?: string;
}

/** What is said of these runs, each of which passed but for what it names. */
function report(runs: readonly Run[], byName = false) {
  const services = { env: { REDIS_URL: 'redis://x' }, origin: { REDIS_URL: 'native' }, byName };
  const whole = runs.map(({ results, ...rest }) =>
    rest.failure === undefined
      ? { version: '20.0.0', seconds: 61.2, uses: [], ...rest, results: { ...RESULTS, ...results } }
      : { seconds: 0, ...rest },
  );
  const parameters = [whole, services].map((it) => JSON.stringify(it));
  const script = `import { report } from ${JSON.stringify(MODULE)};
    process.exitCode = report(${parameters.join()}) ? 0 : 1;`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  return { last: run.stdout.toString(), words: run.stderr.toString(), code: run.status };
}

describe('the report of npm test', () => {
  it('ends with the counts and is good when all passed', () => {
    expect(report([{}])).toMatchObject({ last: '3 passed, 0 failed\n', code: 0 });
  });

  it.each([
    ['a failed test', { numFailedTests: 2 }, '3 passed, 2 failed\n'],
    ['a suite that could not start', { numRuntimeErrorTestSuites: 1 }, '3 passed, 1 failed\n'],
    ['a skipped test', { numPendingTests: 1 }, '3 passed, 1 failed\n'],
    ['a planned test', { numTodoTests: 1 }, '3 passed, 1 failed\n'],
    ['a run without tests', { numPassedTests: 0, numTotalTests: 0 }, '0 passed, 1 failed\n'],
  ])('is bad after %s', (_what, results, last) => {
    expect(report([{ results }])).toMatchObject({ last, code: 1 });
  });

  it('names what passed only when run once more', () => {
    const { last, words, code } = report([
      { results: { onlyAgain: ['/a.int.test.ts › is quick'] } },
    ]);
    expect([last, code]).toEqual(['3 passed, 0 failed\n', 0]);
    expect(words).toContain('1 tests failed, and passed when run once more, alone:\n  /a.int');
  });

  it('does not call the tests skipped that a name pattern leaves out', () => {
    expect(report([{ results: { numPendingTests: 9 } }], true)).toMatchObject({ code: 0 });
  });

  it('counts the tests that ran in the files which used a service, each file once', () => {
    const uses = [
      ['REDIS_URL', '/a.int.test.ts'],
      ['REDIS_URL', '/a.int.test.ts'],
      ['REDIS_URL', '/b.int.test.ts'],
      ['KAFKA_BROKERS', '/c.unit.test.ts'],
    ];
    expect(report([{ uses }]).words).toContain('3 tests in 2 files, redis://x (native)');
  });

  it('adds several versions of Node up, and says what each gave', () => {
    const { last, words } = report([{}, { version: '24.0.0', results: { numFailedTests: 2 } }]);
    expect(last).toBe('6 passed, 2 failed\n');
    expect(words).toMatch(/^Node 20\.0\.0 +3 passed, 0 failed, 61 s$/m);
    expect(words).toMatch(/^Node 24\.0\.0 +3 passed, 2 failed, 61 s$/m);
  });

  it('is bad when a version of Node was not tried, and says why', () => {
    const { last, words, code } = report([{}, { version: '24.0.0', failure: 'no network' }]);
    expect([last, code]).toEqual(['3 passed, 1 failed\n', 1]);
    expect(words).toContain('Node 24.0.0: no network\n');
  });

  it('counts a test on each version on which it used a service', () => {
    const uses = [['REDIS_URL', '/a.int.test.ts']];
    expect(report([{ uses }, { uses }]).words).toContain('4 tests in 1 files, redis://x (native)');
  });
});
