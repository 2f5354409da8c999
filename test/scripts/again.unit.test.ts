import { describe, expect, it } from '@jest/globals';
import { inNode } from './in-node.ts';

const passed = { status: 'passed', fullName: 'is right' };
const failed = { status: 'failed', fullName: 'is quick' };

interface File {
  readonly name: string;
  readonly status: string;
  readonly assertionResults: readonly object[];
}
const file = (name: string, ...assertionResults: readonly object[]): File => ({
  name,
  status:
    assertionResults.includes(passed) && !assertionResults.includes(failed) ? 'passed' : 'failed',
  assertionResults,
});

function filesForAgain(...testResults: readonly File[]): unknown {
  return inNode('lib/again.mjs', `answer(it.filesForAgain(${JSON.stringify({ testResults })}))`);
}

function withAgain(first: readonly File[], second: readonly File[]): unknown {
  const words = [first, second].map((testResults) => JSON.stringify({ testResults })).join();
  return inNode('lib/again.mjs', `answer(it.withAgain(${words}))`);
}

describe('what is run once more', () => {
  it('is the files of whole processes that failed', () => {
    const files = [file('/a.int.test.ts', failed), file('/b.unit.test.ts', passed)];
    expect(filesForAgain(...files, file('/c.fault.test.ts'))).toEqual([
      '/a.int.test.ts',
      '/c.fault.test.ts',
    ]);
  });

  it('is nothing beside a unit test that failed, nor when many files did', () => {
    const one = file('/a.int.test.ts', failed);
    const six = Array.from({ length: 6 }, (_, at) => file(`/${at}.e2e.test.ts`, failed));
    expect(filesForAgain(one, file('/b.unit.test.ts', failed))).toEqual([]);
    expect(filesForAgain(...six)).toEqual([]);
  });

  it('counts in place of the first run, and what passed only then is named', () => {
    const first = [
      file('/a.int.test.ts', passed, failed),
      file('/b.int.test.ts'),
      file('/c.unit.test.ts', passed),
    ];
    const second = [file('/a.int.test.ts', passed, passed), file('/b.int.test.ts', failed)];
    expect(withAgain(first, second)).toMatchObject({
      numPassedTests: 3,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 0,
      numTotalTests: 4,
      onlyAgain: ['/a.int.test.ts › is quick'],
    });
  });

  it('counts a file that breaks as a whole twice as one failure', () => {
    expect(withAgain([file('/b.int.test.ts')], [file('/b.int.test.ts')])).toMatchObject({
      numPassedTests: 0,
      numRuntimeErrorTestSuites: 1,
      onlyAgain: [],
    });
  });
});
