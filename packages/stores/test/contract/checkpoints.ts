import { expect, it } from '@jest/globals';
import { type PartitionName } from '@portal/projection';
import { type Checkpoint } from '../../src/index.ts';
import { type Subject } from './subject.ts';

export function checkpointLaws(now: Subject): void {
  const checkpointsOf = (
    given: Readonly<Record<PartitionName, readonly [next: number, occurredAt: number | null]>>,
  ): ReadonlyMap<PartitionName, Checkpoint> =>
    new Map(
      Object.entries(given).map(([name, [next, occurredAt]]) => [
        name as PartitionName,
        { next, occurredAt },
      ]),
    );

  it('has none at first, and keeps each partition on its own', async () => {
    expect(await now.store.checkpoints()).toEqual(new Map());
    await now.store.advance(checkpointsOf({ 'usage/0': [5, 100], 'usage/10': [0, null] }));
    await now.store.advance(checkpointsOf({ 'customers/0': [7, 50] }));
    expect(await now.store.checkpoints()).toEqual(
      checkpointsOf({ 'usage/0': [5, 100], 'usage/10': [0, null], 'customers/0': [7, 50] }),
    );
  });

  it('never goes back, neither in offset nor in event time', async () => {
    await now.store.advance(checkpointsOf({ 'usage/0': [9, 100] }));
    await now.store.advance(checkpointsOf({ 'usage/0': [10, 99] }));
    expect(await now.store.checkpoints()).toEqual(checkpointsOf({ 'usage/0': [10, 100] }));
    await now.store.advance(checkpointsOf({ 'usage/0': [2, 101] }));
    expect(await now.store.checkpoints()).toEqual(checkpointsOf({ 'usage/0': [10, 101] }));
    await now.store.advance(checkpointsOf({ 'usage/0': [11, null] }));
    expect(await now.store.checkpoints()).toEqual(checkpointsOf({ 'usage/0': [11, 101] }));
    await now.store.advance(checkpointsOf({ 'usage/0': [3, null] }));
    expect(await now.store.checkpoints()).toEqual(checkpointsOf({ 'usage/0': [11, 101] }));
  });

  it('keeps every digit of large and negative numbers', async () => {
    const large = Number.MAX_SAFE_INTEGER;
    await now.store.advance(
      checkpointsOf({ 'usage/0': [large - 1, large - 1], 'usage/1': [1, -5] }),
    );
    await now.store.advance(checkpointsOf({ 'usage/0': [large, large], 'usage/1': [1, -7] }));
    expect(await now.store.checkpoints()).toEqual(
      checkpointsOf({ 'usage/0': [large, large], 'usage/1': [1, -5] }),
    );
  });

  it('keep the replay window of the highest offset, for those that tell none and those behind', async () => {
    const told = async (next: number, from?: number) => {
      const replay =
        from === undefined ? {} : { replay: { from, nextFrom: from + 1, since: 1e12 } };
      await now.store.advance(new Map([['usage/0', { next, occurredAt: null, ...replay }]]));
      return (await now.store.checkpoints()).get('usage/0');
    };
    expect(await told(5)).toEqual({ next: 5, occurredAt: null });
    const replayFrom = (from: number) => ({ from, nextFrom: from + 1, since: 1e12 });
    expect(await told(6, 2)).toEqual({ next: 6, occurredAt: null, replay: replayFrom(2) });
    expect(await told(7)).toEqual({ next: 7, occurredAt: null, replay: replayFrom(2) });
    expect(await told(6, 1)).toEqual({ next: 7, occurredAt: null, replay: replayFrom(2) });
    expect(await told(7, 3)).toEqual({ next: 7, occurredAt: null, replay: replayFrom(3) });
    await now.store.advance(new Map([['usage/0', { next: 8, occurredAt: 9 }]]));
    expect((await now.store.checkpoints()).get('usage/0')).toEqual({
      ...{ next: 8, occurredAt: 9, replay: replayFrom(3) },
    });
  });

  it('keep the latest instant before which usage may be missing, whatever else they are told', async () => {
    const told = async (next: number, more: Partial<Checkpoint> = {}) => {
      await now.store.advance(new Map([['usage/0', { next, occurredAt: null, ...more }]]));
      return (await now.store.checkpoints()).get('usage/0');
    };
    const large = 1_795_000_000_000_123;
    expect(await told(0, { trimmed: large })).toEqual({
      next: 0,
      occurredAt: null,
      trimmed: large,
    });
    const replay = { from: 2, nextFrom: 2, since: 1e12 };
    const last = { offset: 4, fingerprint: 'a1' };
    const all = { next: 5, occurredAt: null, replay, last };
    expect(await told(5, { replay, last })).toEqual({ ...all, trimmed: large });
    expect(await told(0, { trimmed: large - 1 })).toEqual({ ...all, trimmed: large });
    expect(await told(0, { trimmed: large + 1 })).toEqual({ ...all, trimmed: large + 1 });
    expect(await told(6)).toEqual({ ...all, next: 6, trimmed: large + 1 });
    const more = { replay: { ...replay, from: 3 }, last: { ...last, offset: 6 } };
    expect(await told(7, more)).toEqual({ ...all, ...more, next: 7, trimmed: large + 1 });
  });

  it('keep the last record of the highest offset, with and without a replay window', async () => {
    const told = async (next: number, last?: string, from?: number) => {
      const replay = from === undefined ? {} : { replay: { from, nextFrom: from, since: 1e12 } };
      const checkpoint = {
        ...{ next, occurredAt: null, ...replay },
        ...(last === undefined ? {} : { last: { offset: next - 1, fingerprint: last } }),
      };
      await now.store.advance(new Map([['usage/0', checkpoint]]));
      return (await now.store.checkpoints()).get('usage/0');
    };
    const large = 2 ** 42 + 7;
    const a1 = { offset: 4, fingerprint: 'a1' };
    const replay = { from: 2, nextFrom: 2, since: 1e12 };
    expect(await told(5, 'a1')).toEqual({ next: 5, occurredAt: null, last: a1 });
    expect(await told(6)).toEqual({ next: 6, occurredAt: null, last: a1 });
    expect(await told(7, undefined, 2)).toEqual({ next: 7, occurredAt: null, replay, last: a1 });
    expect(await told(6, 'b2', 1)).toEqual({ next: 7, occurredAt: null, replay, last: a1 });
    expect(await told(large, 'c3')).toEqual({
      ...{ next: large, occurredAt: null, replay },
      last: { offset: large - 1, fingerprint: 'c3' },
    });
  });

  it('come from servers that have the same names as long as nothing happens to them', async () => {
    const names = await now.store.servers();
    expect(names.size).toBeGreaterThan(0);
    expect(await now.bench.store('g2').servers()).toEqual(names);
  });

  it('belong to one generation', async () => {
    await now.store.advance(checkpointsOf({ 'usage/0': [9, 100] }));
    expect(await now.bench.store('g2').checkpoints()).toEqual(new Map());
  });
}
