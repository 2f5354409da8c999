import { describe } from '@jest/globals';
import { sourceContract } from '../source-contract.ts';
import { openSource, openStack } from './stack.ts';

describe('the Kafka source keeps the laws of the port', () => {
  sourceContract(async () => {
    const stack = await openStack();
    const source = await openSource(stack);
    return {
      source,
      produce: (records) => stack.produce(records),
      close: async () => {
        await source.close();
        await stack.close();
      },
    };
  });
});
