import { existsSync, readFileSync } from 'node:fs';
import { say } from './say.mjs';

/**
 * Prints how many tests ran against each service and the line `N passed, N failed`. Returns whether
 * the run was good. A suite that could not start counts as one failure; so does a skipped test,
 * except where a name pattern asked for only some tests.
 *
 * @param results what jest wrote with --json
 * @param uses lines `service<TAB>test file`, written by requireService of the test kit
 */
export function report(results, uses, { env, origin, byName }) {
  for (const name of Object.keys(env)) {
    const files = new Set(uses.filter(([service]) => service === name).map(([, file]) => file));
    const tests = results.testResults
      .filter((suite) => files.has(suite.name))
      .flatMap((suite) => suite.assertionResults)
      .filter(({ status }) => status === 'passed' || status === 'failed');
    const address = `${env[name]} (${origin[name]})`;
    say(`${name.padEnd(20)} ${tests.length} tests in ${files.size} files, ${address}`);
  }
  const skipped = byName ? 0 : results.numPendingTests + results.numTodoTests;
  if (skipped > 0)
    say(`${skipped} tests were skipped: here that is a failure, never a silent pass.`);
  const passed = results.numPassedTests;
  const nothing = results.numTotalTests + results.numRuntimeErrorTestSuites === 0 ? 1 : 0;
  if (nothing > 0) say('No test ran: that is a failure too.');
  const broken = results.numRuntimeErrorTestSuites;
  const failed = results.numFailedTests + broken + skipped + nothing;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0;
}

/** The lines `service<TAB>test file` of that file as pairs; none when it does not exist. */
export function readUses(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => line.split('\t'));
}
