import { memoryBench } from '@portal/testkit';
import { describe } from '@jest/globals';
import { healingLaws } from './healing.ts';

describe('a parked record, in memory,', () => {
  healingLaws(() => memoryBench());
});
