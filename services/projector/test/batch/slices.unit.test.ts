import { type CustomerRef, type Entry } from '@portal/projection';
import { until } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { eachSlice, type Slice } from '../../src/batch/slices.ts';

const noPause = () => Promise.resolve();

/** Customers with as many entries as told. */
const batchOf = (...counts: readonly number[]): ReadonlyMap<CustomerRef, readonly Entry[]> =>
  new Map(
    counts.map((count, number) => [
      `o:${number}` as CustomerRef,
      Array.from({ length: count }, (_, offset): Entry => ({
        kind: 'parked',
        at: { family: 'usage', partition: 0, offset },
      })),
    ]),
  );

describe('a batch in slices', () => {
  it('gives every customer once and whole, at most 256 of them and few entries at a time', async () => {
    const counts = [...Array.from({ length: 600 }, () => 1), 1_999, 1, 5_000, 3];
    const slices: Slice[] = [];
    await eachSlice(batchOf(...counts), noPause, (slice) => {
      slices.push(slice);
      return Promise.resolve();
    });
    expect(slices.map((slice) => slice.length)).toEqual([256, 256, 89, 2, 1]);
    expect(slices.flat().map(([, entries]) => entries.length)).toEqual(counts);
  });

  it('is folded two slices at a time', async () => {
    const release: (() => void)[] = [];
    const all = eachSlice(
      batchOf(2_000, 2_000, 2_000),
      noPause,
      () => new Promise((resolve) => release.push(resolve)),
    );
    await until('two to be under way', () => release.length === 2);
    release[0]?.();
    await until('the third', () => release.length === 3);
    release.slice(1).forEach((end) => {
      end();
    });
    await all;
  });

  it.each(['apply', 'pause'] as const)(
    'ends with what %s rejected with, once nothing is under way any more, and begins nothing further',
    async (failing) => {
      const release: (() => void)[] = [];
      let pauses = 0;
      let ended = false;
      const fail = () => Promise.reject(new Error('away'));
      const all = eachSlice(
        batchOf(2_000, 2_000, 2_000, 2_000),
        () => (++pauses === 2 && failing === 'pause' ? fail() : Promise.resolve()),
        () =>
          failing === 'apply' && release.length === 1
            ? fail()
            : new Promise((resolve) => release.push(resolve)),
      ).catch((error: unknown) => {
        ended = true;
        return error;
      });
      await until('the failure', () => pauses >= 2 && release.length === 1);
      expect(ended).toBe(false);
      release[0]?.();
      expect(await all).toEqual(new Error('away'));
      expect(release.length).toBe(1);
    },
  );
});
