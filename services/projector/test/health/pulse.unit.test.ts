import { createMetricsRegistry } from '@portal/runtime';
import { createMemoryDatabase, createMemoryPointer } from '@portal/stores';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createFreshnessWatch } from '../../src/follow/freshness.ts';
import { createProjectorMetrics } from '../../src/metrics/metrics.ts';
import { type Beat, startPulse } from '../../src/health/pulse.ts';
import { type Progress } from '../../src/follow/stalls.ts';
import { memoryStore } from '../harness.ts';

const ROUND_MS = 2_000;
const NO_PROGRESS: Progress = { partitions: [], missing: [] };
const never = () => new Promise<never>(() => undefined);

/** A pulse over a source and a presence that answer as they are told. */
function aPulse(progress: () => Promise<Progress>, beat: () => Promise<string | null>) {
  const judged: Beat[] = [];
  const ends: string[] = [];
  const pulse = startPulse({
    ...{ progress, presence: { beat }, store: memoryStore(), now: Date.now },
    ...{ freshness: createFreshnessWatch(), held: () => [], goal: () => 'settled' },
    ...{ decisions: () => Promise.resolve([]), noteHistory: () => Promise.resolve() },
    pointer: createMemoryPointer({ database: createMemoryDatabase() }),
    metrics: createProjectorMetrics(createMetricsRegistry('test')),
    judge: (seen) => {
      judged.push(seen);
      return { ready: true };
    },
    end: (reason) => ends.push(reason),
  });
  return { pulse, judged, ends };
}

describe('the pulse', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('in each round looks, and says that it is still here', async () => {
    const beat = jest.fn(() => Promise.resolve(null));
    const { pulse, judged, ends } = aPulse(() => Promise.resolve(NO_PROGRESS), beat);
    await jest.advanceTimersByTimeAsync(3 * ROUND_MS);
    expect([judged.length, beat.mock.calls.length, ends]).toEqual([3, 3, []]);
    pulse.stop();
    await jest.advanceTimersByTimeAsync(3 * ROUND_MS);
    expect([judged.length, beat.mock.calls.length]).toEqual([3, 3]);
  });

  it('goes on looking while a store does not hear it, and does not call to it twice at a time', async () => {
    const beat = jest.fn(never);
    const { pulse, judged } = aPulse(() => Promise.resolve(NO_PROGRESS), beat);
    await jest.advanceTimersByTimeAsync(3 * ROUND_MS);
    expect([judged.length, beat.mock.calls.length]).toEqual([3, 1]);
    pulse.stop();
  });

  it('goes on saying that it is here while the source does not answer', async () => {
    const beat = jest.fn(() => Promise.resolve(null));
    const { pulse, judged } = aPulse(never, beat);
    await jest.advanceTimersByTimeAsync(4 * ROUND_MS);
    expect(beat.mock.calls).toHaveLength(4);
    expect(judged[0]?.progress).toEqual({ kind: 'late' });
    pulse.stop();
  });

  it('hands on why the process must end', async () => {
    const { pulse, ends } = aPulse(
      () => Promise.resolve(NO_PROGRESS),
      () => Promise.resolve('the store is another one'),
    );
    await jest.advanceTimersByTimeAsync(ROUND_MS);
    expect(ends).toEqual(['the store is another one']);
    pulse.stop();
  });
});
