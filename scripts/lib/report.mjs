import { existsSync, readFileSync } from 'node:fs';
import { say } from './say.mjs';

/**
 * Prints how many tests ran against each service, what each Node's run gave if there were several, and
 * the one line `N passed, N failed` over all. Returns whether all was good. A suite that could not
 * start counts as one failure; so does a run that did not come about, and a skipped test, except
 * where a name pattern asked for only some tests. What passed only when run once more is named.
 *
 * @param runs one per Node: `version`, `seconds`, and either `results`, what jest wrote with --json, and
 * `uses`, pairs of a service and a test file; or `failure`, why there are none
 */
export function report(runs, { env, origin, byName }) {
  const ended = runs.filter(({ failure }) => failure === undefined);
  for (const name of Object.keys(env)) {
    say(`${name.padEnd(20)} ${usesOf(name, ended)}, ${env[name]} (${origin[name]})`);
  }
  const total = { passed: 0, failed: 0 };
  for (const run of runs) {
    const { passed, failed } = count(run, byName);
    total.passed += passed;
    total.failed += failed;
    if (runs.length === 1) continue;
    const title = `Node ${run.version}`.padEnd(20);
    say(`${title} ${passed} passed, ${failed} failed, ${Math.round(run.seconds)} s`);
  }
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0;
}

function count({ version, results, failure }, byName) {
  if (failure !== undefined) {
    say(`Node ${version}: ${failure}`);
    return { passed: 0, failed: 1 };
  }
  const skipped = byName ? 0 : results.numPendingTests + results.numTodoTests;
  if (skipped > 0)
    say(`${skipped} tests were skipped: here that is a failure, never a silent pass.`);
  const again = results.onlyAgain ?? [];
  if (again.length > 0) {
    say(`Node ${version}: ${again.length} tests failed, and passed when run once more, alone:`);
    for (const test of again) say(`  ${test}`);
  }
  const broken = results.numRuntimeErrorTestSuites;
  const nothing = results.numTotalTests + broken === 0 ? 1 : 0;
  if (nothing > 0) say('No test ran: that is a failure too.');
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + broken + skipped + nothing,
  };
}

function usesOf(service, runs) {
  const all = new Set();
  const tests = runs.flatMap(({ results, uses }) => {
    const files = new Set(uses.filter(([name]) => name === service).map(([, file]) => file));
    for (const file of files) all.add(file);
    return results.testResults
      .filter(({ name }) => files.has(name))
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'passed' || status === 'failed');
  });
  return `${tests.length} tests in ${all.size} files`;
}

/** The lines `service<TAB>test file` of that file as pairs; none when it does not exist. */
export function readUses(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => line.split('\t'));
}
