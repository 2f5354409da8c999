import { type PartitionName } from '@portal/projection';
import { type ReplayWindow, type Checkpoint } from '@portal/stores';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startsOf, nextReplay } from '../../src/follow/replay.ts';

const SLACK = 600;

describe('where partitions start', () => {
  const at = (committed: number | null) => [{ family: 'usage' as const, partition: 0, committed }];
  const checkpointsAt = (next: number, from?: number): ReadonlyMap<PartitionName, Checkpoint> => {
    const replay = from === undefined ? {} : { replay: { from, nextFrom: from, since: 0 } };
    return new Map([['usage/0', { next, occurredAt: null, ...replay }]]);
  };

  it.each([
    ['the store is behind: it was lost', 90, checkpointsAt(20, 10), 20, 10],
    ['the group is behind: the process died before its commit', 20, checkpointsAt(90, 10), 90, 10],
    ['the group is further behind than the replay goes', 5, checkpointsAt(90, 10), 90, 5],
    ['the store is empty', 90, new Map(), 0, 0],
    ['the group was lost', null, checkpointsAt(90, 10), 90, 10],
    ['nothing was ever folded', null, new Map(), 0, 0],
    ['the store knows of no replay', 90, checkpointsAt(90), 90, 90],
  ])(
    'is where the checkpoint says, read again from before it and from the commit (%s)',
    (_why, committed, given, next, from) => {
      expect([...startsOf(at(committed), given)]).toEqual([['usage/0', { next, from }]]);
    },
  );

  it('comes with the last record folded, to recognise the log by', () => {
    const last = { offset: 89, fingerprint: 'ab' };
    const given = new Map([['usage/0' as const, { next: 90, occurredAt: null, last }]]);
    expect(startsOf(at(90), given).get('usage/0')).toEqual({ next: 90, from: 90, last });
  });
});

describe('the replay window', () => {
  it('keep at least one slack of work, and at most two and one step', () => {
    const step = fc.record({ pause: fc.nat({ max: 2 * SLACK }), records: fc.nat({ max: 50 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
        const history = [{ time: 0, position: 0 }];
        let replay: ReplayWindow | undefined;
        let [time, position] = [0, 0];
        for (const { pause, records } of steps) {
          time += pause;
          replay = nextReplay(replay, position, time, SLACK);
          position += records;
          history.push({ time, position });
          // Everything folded less than a slack ago lies behind `from`.
          const settled = history.filter((one) => one.time <= time - SLACK);
          expect(replay.from).toBeLessThanOrEqual(settled.at(-1)?.position ?? 0);
          const { since } = replay;
          expect(time - since).toBeLessThan(SLACK);
          const before = history.filter((one) => one.time < since - 3 * SLACK);
          expect(replay.from).toBeGreaterThanOrEqual(before.at(-1)?.position ?? 0);
        }
      }),
    );
  });

  it('survive a process that dies more often than they turn', () => {
    let replay: ReplayWindow | undefined;
    for (let life = 0; life < 20; life += 1) {
      // Each life begins with the window the store kept.
      replay = nextReplay(replay && { ...replay }, life * 10, life * (SLACK / 2), SLACK);
    }
    expect(replay?.from).toBe(160);
  });

  it('turn again after a clock that was set back', () => {
    const ahead = { from: 0, nextFrom: 5, since: 1_000_000 };
    const set = nextReplay(ahead, 7, 100, SLACK);
    expect(set).toEqual({ from: 0, nextFrom: 5, since: 100 });
    expect(nextReplay(set, 9, 100 + SLACK, SLACK)).toEqual({
      from: 5,
      nextFrom: 9,
      since: 100 + SLACK,
    });
  });
});
