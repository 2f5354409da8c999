import { describe } from '@jest/globals';
import { memoryStore } from './harness.ts';
import { healingLaws } from './healing.ts';

describe('a parked record, in memory,', () => {
  healingLaws(memoryStore);
});
