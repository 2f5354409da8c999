import { describe } from '@jest/globals';
import { sourceContract } from '../source-contract.ts';
import { keepProducersTimes, openSource, openStack } from './stack.ts';

describe('the Kafka source keeps the laws of the port', () => {
  sourceContract(async () => {
    const stack = await openStack();
    // What is produced with a time is read with it.
    await keepProducersTimes(stack);
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
