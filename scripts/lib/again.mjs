/**
 * A machine with two cores now and then holds a process back for seconds, and a test of whole processes
 * that race each other may fall over it. `npm test -- --again` runs what failed once more, alone, and says
 * so. Unit tests meet no other process: theirs stay failures. So does a run with many broken files.
 */

/** Above this many files it is the code, not the machine. */
const FILES_MAX = 5;

/** The files to run once more, by their paths. */
export function filesForAgain({ testResults }) {
  const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  const mayRace = failed.every((name) => /\.(int|e2e|fault)\.test\.tsx?$/.test(name));
  return mayRace && failed.length <= FILES_MAX ? failed : [];
}

/**
 * The results of the first run with the files of the second in their place, counted anew, and `onlyAgain`:
 * the tests that passed only then, as `file › test`.
 */
export function withAgain(first, second) {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  const onlyAgain = first.testResults.flatMap((file) =>
    again.get(file.name)?.status === 'passed' ? failuresOf(file) : [],
  );
  const testResults = first.testResults.map((file) => again.get(file.name) ?? file);
  return { testResults, ...countsOf(testResults), onlyAgain };
}

function failuresOf({ name, assertionResults }) {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [`${name} did not start`];
  return failed.map(({ fullName }) => `${name} › ${fullName}`);
}

function countsOf(testResults) {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const having = (...wanted) => tests.filter(({ status }) => wanted.includes(status)).length;
  return {
    numPassedTests: having('passed'),
    numFailedTests: having('failed'),
    numPendingTests: having('pending', 'skipped', 'disabled'),
    numTodoTests: having('todo'),
    numTotalTests: tests.length,
    numRuntimeErrorTestSuites: testResults.filter(brokeAsAWhole).length,
  };
}

/** It failed, and none of its tests did. */
function brokeAsAWhole({ status, assertionResults }) {
  return status === 'failed' && !assertionResults.some((test) => test.status === 'failed');
}
