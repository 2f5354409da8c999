import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '../src/logger.ts';
import { createQuietLog, type QuietLog } from '../src/quiet.ts';

let lines: Record<string, unknown>[];
let quiet: QuietLog;
beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse(START) });
  lines = [];
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as never) };
  quiet = createQuietLog(createLogger({ service: 'test', level: 'info', destination }));
});
afterEach(() => {
  jest.useRealTimers();
});

const START = '2026-11-23T10:00:00.000Z';
const said = () => lines.map(({ msg, reason, times }) => [msg, reason, times]);
const more = (times: number, at: string): string =>
  `${times} more in the last minute, last at 2026-11-23T${at}.000Z`;

describe('trouble that comes again and again', () => {
  it('is told at once, then once a minute with how often, and no more once it is over', () => {
    for (let second = 0; second < 150; second += 1) {
      quiet.warn('kafka', { reason: `number ${second}` }, 'Kafka is away');
      jest.advanceTimersByTime(1_000);
    }
    jest.advanceTimersByTime(600_000);
    expect(said()).toEqual([
      ['Kafka is away', 'number 0', undefined],
      [`Kafka is away: ${more(59, '10:00:59')}`, 'number 59', 59],
      [`Kafka is away: ${more(60, '10:01:59')}`, 'number 119', 60],
      [`Kafka is away: ${more(30, '10:02:29')}`, 'number 149', 30],
    ]);
    expect(lines[3]?.['last_at']).toBe('2026-11-23T10:02:29.000Z');
    expect(jest.getTimerCount()).toBe(0);
    quiet.warn('kafka', { reason: 'anew' }, 'Kafka is away');
    expect(said().at(-1)).toEqual(['Kafka is away', 'anew', undefined]);
  });

  it('is told as past when it came once more and is over by the end of the minute', () => {
    quiet.warn('kafka', {}, 'Kafka is away');
    jest.advanceTimersByTime(5_000);
    quiet.warn('kafka', {}, 'Kafka is away');
    jest.advanceTimersByTime(55_000);
    expect(said()).toEqual([
      ['Kafka is away', undefined, undefined],
      [`Kafka is away: ${more(1, '10:00:05')}`, undefined, 1],
    ]);
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
    expect(said().slice(101)).toEqual([[`trouble: ${more(9_899, '10:00:00')}`, undefined, 9_899]]);
  });
});
