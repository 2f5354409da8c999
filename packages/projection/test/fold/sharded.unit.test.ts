import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFields, type Fields } from '../../src/fold/fields.ts';
import { dropShards } from '../../src/fold/sharded.ts';
import { filedIds, fileId, idsOfDay } from '../../src/fold/event-ids.ts';

const DAY = 20_000;
const { shardRows } = idsOfDay(DAY);
const NOTHING = new Map<string, string | null>();

/** Stores what the ids leave and opens it again, as between two batches. */
function stored(fields: Fields, before: ReadonlyMap<string, string | null> = NOTHING) {
  const { set, remove } = fields.changes();
  const after = new Map([...before, ...set]);
  remove.forEach((name) => after.delete(name));
  return after;
}

/** Everything there is counts as loaded, everything else as known not to exist. */
class Loaded extends Map<string, string | null> {
  readonly asked = new Set<string>();

  override get(name: string): string | null {
    this.asked.add(name);
    return super.get(name) ?? null;
  }
}

const opened = (texts: ReadonlyMap<string, string | null>): Fields =>
  createFields(new Loaded(texts));

function filed(batches: readonly (readonly string[])[]) {
  return batches.reduce<ReadonlyMap<string, string | null>>((texts, ids) => {
    const fields = opened(texts);
    ids.forEach((id) => {
      fileId(fields, DAY, id, false);
    });
    return stored(fields, texts);
  }, NOTHING);
}

const textOf = (texts: ReadonlyMap<string, string | null>): string =>
  JSON.stringify([...texts].sort(([a], [b]) => (a < b ? -1 : 1)));

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `event-${index}`);

describe('the index of event ids', () => {
  it('equal sets are equal texts, whatever order, batching and repetition they came in', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.string(), { minLength: 1, maxLength: 300 })
          .chain((ids) =>
            fc.tuple(
              fc.constant(ids),
              fc.shuffledSubarray(ids, { minLength: ids.length }),
              fc.shuffledSubarray(ids),
              fc.nat(ids.length),
            ),
          ),
        ([ids, shuffled, again, cut]) => {
          const parts = [shuffled.slice(0, cut), again, shuffled.slice(cut), again];
          expect(textOf(filed(parts))).toBe(textOf(filed([ids])));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([0, 1, 31, 32, 33, 64, 65, 1_000, 5_000])('gives back all of %i ids', (count) => {
    const ids = names(count);
    expect([...filedIds(opened(filed([ids])), DAY)].sort()).toEqual([...ids].sort());
  });

  it('keeps shards small: no text grows with the number of ids', () => {
    const texts = filed([names(20_000)]);
    const sizes = [...texts.values()].map((text) => (JSON.parse(text ?? '[]') as string[]).length);
    expect(texts.size).toBe(Math.ceil(20_000 / shardRows));
    expect(Math.max(...sizes)).toBeLessThan(4 * shardRows);
  });

  it('opens two or three shards for one more id, however many there are', () => {
    for (const count of [10, 1_000, 20_000]) {
      const texts = filed([names(count)]);
      const loaded = new Loaded(texts);
      fileId(createFields(loaded), DAY, 'one more', false);
      expect(loaded.asked.size).toBeLessThanOrEqual(3);
    }
  });

  it('is dropped a few shards at a time, and nothing is left', () => {
    const ids = names(1_000);
    let texts: ReadonlyMap<string, string | null> = filed([ids]);
    const dropped: string[] = [];
    let left = Infinity;
    while (left > 0) {
      const fields = opened(texts);
      const step = dropShards(fields, idsOfDay(DAY), 7);
      expect(step.shards).toBeLessThanOrEqual(7);
      expect(step.left).toBeLessThan(left);
      ({ left } = step);
      dropped.push(...step.dropped.map(([id]) => id));
      texts = stored(fields, texts);
    }
    expect(dropped.sort()).toEqual([...ids].sort());
    expect(texts.size).toBe(0);
  });

  it('remembers which ids are filed elsewhere too, whichever came first', () => {
    const fields = opened(NOTHING);
    fileId(fields, DAY, 'a', true);
    fileId(fields, DAY, 'a', false);
    fileId(fields, DAY, 'b', false);
    fileId(fields, DAY, 'b', true);
    fileId(fields, DAY, 'c', false);
    const again = opened(stored(fields));
    expect(new Map(dropShards(again, idsOfDay(DAY), 1).dropped)).toEqual(
      new Map([
        ['a', true],
        ['b', true],
        ['c', false],
      ]),
    );
  });
});
