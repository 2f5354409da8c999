import { describe, expect, it } from '@jest/globals';
import { countCalls } from '../src/calls.ts';
import { countFaults } from '../src/count-faults.ts';

const FUNCTIONS = [
  { file: 'testkit/src/count-faults.ts', name: 'countFaults' },
  { file: 'testkit/src/differences.ts', name: 'countFaults' },
];

const callIt = (times: number) => (): Promise<void> => {
  for (let call = 0; call < times; call += 1) countFaults({}, {});
  return Promise.resolve();
};

describe('calls', () => {
  it('are counted for a function by its file and its name', async () => {
    expect(await countCalls(FUNCTIONS, callIt(3))).toEqual([3, 0]);
  });

  it('before and after are not counted', async () => {
    await callIt(5)();
    expect(await countCalls(FUNCTIONS, callIt(2))).toEqual([2, 0]);
    await callIt(5)();
    expect(await countCalls(FUNCTIONS, callIt(0))).toEqual([0, 0]);
  });
});
