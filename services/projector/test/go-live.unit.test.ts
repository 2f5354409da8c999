import { createMemoryDatabase, createMemoryPointer } from '@portal/stores';
import { describe, expect, it } from '@jest/globals';
import { goLive, recordsRemaining } from '../src/go-live.ts';
import { type Projector } from '../src/projector.ts';
import { type PartitionProgress, type Progress } from '../src/follow/stalls.ts';

const at = (folded: number, end: number): PartitionProgress => ({
  family: 'usage',
  partition: 0,
  begin: 0,
  folded,
  end,
});

type Step = PartitionProgress | Progress | Error;

/** A projector that tells one step after the other and stays at the last one. */
function telling(steps: readonly Step[]): Projector {
  let asked = 0;
  return {
    progress: () => {
      const step = steps[Math.min(asked, steps.length - 1)];
      asked += 1;
      if (step === undefined) throw new Error('no step');
      if (step instanceof Error) return Promise.reject(step);
      return Promise.resolve('missing' in step ? step : { partitions: [step], missing: [] });
    },
    readiness: () => Promise.resolve({ ready: true }),
    stop: () => Promise.resolve(),
  };
}

function going(steps: readonly Step[], takeOver = false) {
  const database = createMemoryDatabase();
  const stopping = new AbortController();
  const told: unknown[] = [];
  const run = () =>
    goLive({
      projector: telling(steps),
      pointer: createMemoryPointer({ database }),
      generation: 'g1',
      takeOver,
      stopping: stopping.signal,
      pollMs: 1,
      waiting: ({ folded, total }, error) => {
        told.push(error instanceof Error ? error.message : [folded, total]);
      },
    });
  return { database, stopping, told, run };
}

describe('going live', () => {
  it('waits until what was there at the start is folded, and for nothing that came later', async () => {
    const { database, told, run } = going([at(0, 10), at(6, 30), at(10, 40), at(40, 40)]);
    expect(await run()).toEqual({ kind: 'live' });
    expect(told).toEqual([
      [0, 10],
      [6, 10],
      [10, 10],
    ]);
    expect(database.live).toBe('g1');
  });

  it('waits out a store or a source that is away', async () => {
    const { told, run } = going([new Error('away'), at(5, 10), new Error('away'), at(10, 10)]);
    expect(await run()).toEqual({ kind: 'live' });
    expect(told).toEqual(['away', [5, 10], 'away', [10, 10]]);
  });

  it('never counts a topic that is missing as folded; what it holds when it is there again is waited for', async () => {
    const gone: Progress = { partitions: [], missing: ['usage'] };
    const { told, run } = going([gone, at(0, 10), gone, at(0, 3), at(3, 3)]);
    expect(await run()).toEqual({ kind: 'live' });
    const isGone = 'topics are not there: usage; setup makes them';
    expect(told).toEqual([isGone, [0, 10], isGone, [0, 3], [3, 3]]);
  });

  it('leaves readers on the generation they are on', async () => {
    const { database, run } = going([at(10, 10)]);
    database.live = 'g0';
    expect(await run()).toEqual({ kind: 'other', generation: 'g0' });
    expect(database.live).toBe('g0');
  });

  it('takes the readers over, once caught up, when it was told to', async () => {
    const { database, run } = going([at(5, 10), at(10, 10)], true);
    database.live = 'g0';
    expect(await run()).toEqual({ kind: 'live' });
    expect(database.live).toBe('g1');
  });

  it('is live again after a restart', async () => {
    const { database, run } = going([at(10, 10)]);
    database.live = 'g1';
    expect(await run()).toEqual({ kind: 'live' });
  });

  it('gives up when the process stops, and points nobody at half a state', async () => {
    const { database, stopping, run } = going([at(5, 10)]);
    const ended = run();
    stopping.abort();
    expect(await ended).toEqual({ kind: 'stopped' });
    expect(database.live).toBeNull();
  });
});

describe('the records that are missing', () => {
  it('are counted by partition: one ahead does not make up for one behind', () => {
    const other = { ...at(0, 4), partition: 1 };
    expect(recordsRemaining([at(0, 10), other], [at(15, 20), { ...other, folded: 1 }])).toBe(3);
  });

  it('of a log that was made again are those of the new one, unless more was folded of the old one', () => {
    expect(recordsRemaining([at(0, 10)], [at(1, 3)])).toBe(2);
    expect(recordsRemaining([at(0, 10)], [at(3, 3)])).toBe(0);
    // Nobody accepted it yet.
    expect(recordsRemaining([at(0, 10)], [at(7, 3)])).toBe(3);
  });

  it('are all of a partition that nobody tells of', () => {
    expect(recordsRemaining([at(0, 10)], [])).toBe(10);
  });
});
