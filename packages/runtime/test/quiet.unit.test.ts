import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../src/logger.ts';
import { createQuietLog, type QuietLog } from '../src/quiet.ts';

let lines: Record<string, unknown>[];
let quiet: QuietLog;
beforeEach(() => {
  jest.useFakeTimers();
  lines = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as never) };
  quiet = createQuietLog(createLogger({ service: 'test', level: 'info', destination }));
});
afterEach(() => {
  jest.useRealTimers();
});

const said = () => lines.map(({ msg, reason, times }) => [msg, reason, times]);

describe('trouble that comes again and again', () => {
  it('is told at once, then once a minute with how often, and no more once it is over', () => {
    for (let second = 0; second < 150; second += 1) {
      quiet.warn('kafka', { reason: `number ${second}` }, 'Kafka is away');
      jest.advanceTimersByTime(1_000);
    }
    jest.advanceTimersByTime(600_000);
    expect(said()).toEqual([
      ['Kafka is away', 'number 0', undefined],
      ['Kafka is away', 'number 59', 59],
      ['Kafka is away', 'number 119', 60],
      ['Kafka is away', 'number 149', 30],
    ]);
    expect(jest.getTimerCount()).toBe(0);
    quiet.warn('kafka', { reason: 'anew' }, 'Kafka is away');
    expect(said().at(-1)).toEqual(['Kafka is away', 'anew', undefined]);
  });

  it('of two causes is told of each', () => {
    quiet.warn('kafka', {}, 'Kafka is away');
    quiet.warn('registry', {}, 'the registry is away');
    quiet.warn('kafka', {}, 'Kafka is away');
    expect(said()).toHaveLength(2);
  });

  it('of causes without end is told of some', () => {
    for (let cause = 0; cause < 10_000; cause += 1) quiet.warn(`cause ${cause}`, {}, 'trouble');
    expect(said()).toHaveLength(101);
    jest.advanceTimersByTime(60_000);
    expect(said().slice(101)).toEqual([['trouble', undefined, 9_899]]);
  });
});
