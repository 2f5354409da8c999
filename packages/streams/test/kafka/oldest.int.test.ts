import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventSource } from '../../src/index.ts';
import { recordOf, usageOf } from '../recorder.ts';
import { keepProducersTimes, openSource, openStack, type Stack } from './stack.ts';

const SENT = Date.parse('2026-06-10T12:00:00Z');
const USAGE = [0, 1, 2].map((partition) => ({ family: 'usage', partition }) as const);

describe('when the oldest record that is left came', () => {
  let stack: Stack;
  let source: EventSource;
  beforeAll(async () => {
    stack = await openStack();
    source = await openSource(stack);
  });
  afterAll(async () => {
    await source.close();
    await stack.close();
  });

  it('is told by the log, also where it begins above 0; nothing of what is empty or not there', async () => {
    await keepProducersTimes(stack);
    await stack.produce(
      [0, 1].flatMap((partition) =>
        Array.from({ length: 5 }, (_, n) =>
          recordOf(usageOf(1, `${partition}-${n}`), { partition, timestamp: SENT + n * 60_000 }),
        ),
      ),
    );
    const all = [...USAGE, { family: 'usage', partition: 99 } as const];
    expect(await source.oldest(all)).toEqual(
      new Map([
        ['usage/0', SENT],
        ['usage/1', SENT],
        ['usage/2', null],
      ]),
    );
    await stack.deleteBefore('usage', 0, 3);
    await stack.deleteBefore('usage', 1, 5);
    // One batch, of which some was deleted; one that is gone whole, with another one behind it.
    const later = SENT + 86_400_000;
    await stack.produce([recordOf(usageOf(1, '2-a'), { partition: 2, timestamp: SENT })]);
    await stack.produce([recordOf(usageOf(1, '2-b'), { partition: 2, timestamp: later })]);
    await stack.deleteBefore('usage', 2, 1);
    expect(await source.oldest(USAGE)).toEqual(
      new Map([
        ['usage/0', SENT + 3 * 60_000],
        ['usage/1', null],
        ['usage/2', later],
      ]),
    );
  });
});
