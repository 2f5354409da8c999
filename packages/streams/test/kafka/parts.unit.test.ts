import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { partitionsOf } from '../../src/kafka/assigner.ts';
import { UnsupportedCodec, unsupportedCodec } from '../../src/kafka/codecs.ts';
import {
  fetchable,
  heldOf,
  hold,
  holdChanged,
  moveTo,
  pauseAt,
  startPosition,
} from '../../src/kafka/positions.ts';
import { patchRequestQueue } from '../../src/kafka/request-queue-patch.ts';
import { stallOf } from '../../src/kafka/watchdog.ts';

describe('the co-partitioning assigner', () => {
  it('gives every partition to exactly one member, the same numbers in every topic', () => {
    const sizes = fc.record({
      members: fc.integer({ min: 1, max: 9 }),
      count: fc.integer({ min: 1, max: 24 }),
    });
    fc.assert(
      fc.property(sizes, ({ members, count }) => {
        const counts = new Map([
          ['a', count],
          ['b', count],
        ]);
        const dealt = Array.from({ length: members }, (_, n) => partitionsOf(n, members, counts));
        for (const assignment of dealt) expect(assignment['a']).toEqual(assignment['b']);
        const all = dealt.flatMap((assignment) => assignment['a'] ?? []);
        expect(all.sort((x, y) => x - y)).toEqual(Array.from({ length: count }, (_, n) => n));
        const loads = dealt.map((assignment) => assignment['a']?.length ?? 0);
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the watchdog', () => {
  const range = { family: 'usage', partition: 3, begin: 0, end: 10 } as const;
  const at = (
    turn: 'ready' | 'follower' | 'held' | 'stopped',
    next = 5,
  ): Parameters<typeof stallOf>[0] => ({
    ...{ turn, next, movedAt: 0 },
  });

  it('names a partition that has records and does not move, and whom it waits for', () => {
    expect(stallOf(at('ready'), range, 60_000)).toEqual({ next: 5, end: 10, waits_for: 'source' });
    expect(stallOf(at('follower'), range, 300_000)).toMatchObject({ waits_for: 'follower' });
  });

  it('is silent before the limit, at the end of the log, and while somebody waits on purpose', () => {
    expect(stallOf(at('ready'), range, 59_999)).toBeNull();
    expect(stallOf(at('follower'), range, 299_999)).toBeNull();
    expect(stallOf(at('ready', 10), range, 1e9)).toBeNull();
    expect(stallOf(at('held'), range, 1e9)).toBeNull();
    expect(stallOf(at('stopped'), range, 1e9)).toBeNull();
  });
});

describe('a position', () => {
  it('waits longer each time in a row, and moving ends the row', () => {
    const position = startPosition({ topic: 't', family: 'usage', partition: 0 }, 4);
    const wait = (): number => hold(position, 'registry_away', 'HTTP 500');
    expect([wait(), wait(), wait()]).toEqual([100, 200, 400]);
    moveTo(position, 6);
    expect([position.next, wait()]).toEqual([6, 100]);
  });

  it('says why it waits until it moves', () => {
    const position = startPosition({ topic: 't', family: 'usage', partition: 3 }, 4);
    expect(heldOf([position])).toEqual([]);
    hold(position, 'registry_away', 'HTTP 500');
    expect(heldOf([position])).toMatchObject([
      { family: 'usage', partition: 3, why: 'registry_away', detail: 'HTTP 500' },
    ]);
    moveTo(position, 6);
    expect(heldOf([position])).toEqual([]);
  });

  it('is fetched when idle or when its wait is over, never while a batch is under way', () => {
    const position = startPosition({ topic: 't', family: 'usage', partition: 0 }, 0);
    const nothing = { history: 0, begin: 0 };
    const decided = () => nothing;
    expect(fetchable([position], 0, decided)).toEqual([position]);
    pauseAt(position);
    expect(fetchable([position], position.heldUntil - 1, decided)).toEqual([]);
    expect(fetchable([position], position.heldUntil, decided)).toEqual([position]);
    for (const turn of ['fetching', 'follower', 'stopped'] as const) {
      position.turn = turn;
      expect(fetchable([position], Infinity, decided)).toEqual([]);
    }
  });
});

describe('a position whose log is another one', () => {
  it('says so until it moves, and is looked at at once when something was decided', () => {
    const position = startPosition({ topic: 't', family: 'usage', partition: 3 }, 4);
    const before = { history: 0, begin: 0 };
    position.judgedBy = before;
    const found = { kind: 'shorter', history: 0, wanted: 4, begin: 0, end: 1 } as const;
    holdChanged(position, 'made again', found);
    expect(heldOf([position])).toMatchObject([
      { family: 'usage', partition: 3, why: 'history_changed', detail: 'made again', found },
    ]);
    const earlier = position.heldUntil - 1;
    expect(fetchable([position], earlier, () => before)).toEqual([]);
    expect(fetchable([position], earlier, () => ({ history: 1, begin: 0 }))).toEqual([position]);
    // Never taken for stuck, however long a person takes.
    const range = { family: 'usage', partition: 3, begin: 0, end: 10 } as const;
    expect(stallOf(position, range, 1e15)).toBeNull();
  });
});

describe('the patch of the request queue', () => {
  const queue = (pending: number): RequestQueue => {
    const made = Object.create(RequestQueue.prototype) as RequestQueue;
    return Object.assign(made, {
      pending: Array.from({ length: pending }),
      throttledUntil: -1,
      throttleCheckTimeoutId: null,
    });
  };

  it('sets no timer while nothing waits, and one while something does', () => {
    expect(patchRequestQueue()).toBe(true);
    const [waiting, busy] = [queue(0), queue(1)];
    waiting.scheduleCheckPendingRequests();
    busy.scheduleCheckPendingRequests();
    expect(waiting.throttleCheckTimeoutId).toBeNull();
    expect(busy.throttleCheckTimeoutId).not.toBeNull();
    clearTimeout(busy.throttleCheckTimeoutId ?? undefined);
  });

  it('leaves a version it was not made for alone', () => {
    expect(patchRequestQueue('2.3.0')).toBe(false);
  });
});

describe('a codec that is not there', () => {
  it('is found inside whatever kafkajs wraps around it', () => {
    const codec = new UnsupportedCodec('zstd', 'use gzip');
    const wrapped = new Error('fetch failed', { cause: new Error('inner', { cause: codec }) });
    expect(unsupportedCodec(wrapped)?.message).toBe(
      'records compressed with zstd cannot be read here: use gzip',
    );
    expect(unsupportedCodec(new Error('another'))).toBeNull();
  });
});
