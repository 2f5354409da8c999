import { dayStart } from '@portal/billing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  seeEvent,
  type Seen,
  SHARD_ROWS,
  sweep,
  SWEEP_DAYS,
} from '../../src/fold/usage/event-ids.ts';
import { createFields } from '../../src/fold/fields.ts';
import { countRows, rowsOf } from '../../src/ids/rows.ts';
import { emptyState } from '../../src/state/state.ts';
import { type EventIds } from '../../src/state/usage-state.ts';

const EMPTY = emptyState('o:c' as never).usage.ids;

interface Table {
  readonly ids: EventIds;
  readonly fields: ReadonlyMap<string, string>;
}

const NOTHING: Table = { ids: EMPTY, fields: new Map() };

/** Everything there is counts as loaded, everything else as known not to exist. */
class Loaded extends Map<string, string | null> {
  readonly asked = new Set<string>();

  override get(name: string): string | null {
    this.asked.add(name);
    return super.get(name) ?? null;
  }
}

/** One fold: what `change` does to the table is stored, as between two batches. */
function folded(
  table: Table,
  change: (ids: EventIds, fields: ReturnType<typeof createFields>) => EventIds,
) {
  const loaded = new Loaded(table.fields);
  const fields = createFields(loaded);
  const ids = change(table.ids, fields);
  const after = new Map(table.fields);
  const { set, remove } = fields.changes();
  set.forEach((text, name) => after.set(name, text));
  remove.forEach((name) => after.delete(name));
  return { ids, fields: after, asked: loaded.asked };
}

interface One {
  readonly id: string;
  readonly day: number;
  readonly content: number;
}

function seen(table: Table, events: readonly One[], since = -Infinity) {
  const outcomes: Seen[] = [];
  const after = folded(table, (before, fields) =>
    events.reduce((ids, { id, day, content }) => {
      const step = seeEvent(ids, fields, { id, at: dayStart(day), content }, since);
      outcomes.push(step.seen);
      return step.ids;
    }, before),
  );
  return { ...after, outcomes };
}

const live = ({ fields }: Table): readonly string[] =>
  [...fields.values()].flatMap((shard) => rowsOf(shard)).sort();

const numbered = (count: number, day = 20_000): readonly One[] =>
  Array.from({ length: count }, (_, index) => ({ id: `event-${index}`, day, content: 1 }));

const arbitraryOne = fc.record({
  id: fc.nat({ max: 60 }).map((n) => `id-${n}`),
  day: fc.integer({ min: 20_000, max: 20_010 }),
  content: fc.constantFrom(1, 2),
});

describe('the table of event ids', () => {
  it('tells new, duplicate and conflict as a plain map does, whatever was batched and forgotten', () => {
    const batches = fc.array(
      fc.tuple(fc.array(arbitraryOne, { maxLength: 60 }), fc.integer({ min: 19_995, max: 20_011 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(batches, (all) => {
        const model = new Map<string, One>();
        let table = NOTHING;
        for (const [events, since] of all) {
          const expected = events.map((one): Seen => {
            const known = model.get(one.id);
            if (known !== undefined && known.day >= since) {
              return known.content === one.content ? 'duplicate' : 'conflict';
            }
            model.set(one.id, one);
            return 'new';
          });
          const step = seen(table, events, since);
          expect(step.outcomes).toEqual(expected);
          table = folded(step, (ids, fields) => sweep(ids, fields, since));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds the same rows in whatever order and batches they came', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.string(), { minLength: 1, maxLength: 300 })
          .chain((ids) =>
            fc.tuple(
              fc.constant(ids),
              fc.shuffledSubarray(ids, { minLength: ids.length }),
              fc.nat(ids.length),
            ),
          ),
        ([ids, shuffled, cut]) => {
          const one = (id: string): One => ({ id, day: 20_000, content: 1 });
          const once = seen(NOTHING, ids.map(one));
          const first = seen(NOTHING, shuffled.slice(0, cut).map(one));
          const both = seen(first, shuffled.slice(cut).map(one));
          expect([both.ids, [...both.fields].sort()]).toEqual([once.ids, [...once.fields].sort()]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('keeps shards small, and opens two at most for one more id, however many there are', () => {
    for (const count of [10, 1_000, 50_000]) {
      const table = seen(NOTHING, numbered(count));
      expect(table.ids).toMatchObject({ rows: count, shards: Math.ceil(count / SHARD_ROWS) });
      expect(live(table)).toHaveLength(count);
      expect(Math.max(...[...table.fields.values()].map(countRows))).toBeLessThan(4 * SHARD_ROWS);
      const more = seen(table, [{ id: 'one more', day: 20_000, content: 1 }]);
      expect(more.asked.size).toBeLessThanOrEqual(2);
    }
  });

  it('loses its dead rows to a sweep that opens a part of the shards a day, and keeps the living', () => {
    const old = numbered(20_000, 20_000);
    const young = old
      .slice(0, 5_000)
      .map((one) => ({ ...one, id: `young-${one.id}`, day: 20_100 }));
    const full = seen(NOTHING, [...old, ...young]);
    const living = live(seen(NOTHING, young));
    let table: Table = { ...full, ids: { ...full.ids, swept: 20_001 - SWEEP_DAYS } };
    for (let day = 0; day < SWEEP_DAYS; day += 1) {
      const step = folded(table, (ids, fields) => sweep(ids, fields, 20_001));
      expect(step.asked.size).toBeLessThanOrEqual(Math.ceil(full.ids.shards / SWEEP_DAYS));
      table = step;
    }
    expect(live(table)).toEqual(living);
    expect(table.ids).toMatchObject({ rows: 5_000, swept: 20_001 });
    expect(folded(table, (ids, fields) => sweep(ids, fields, 20_001)).asked.size).toBe(0);
  });

  it('does not grow for ever: each day’s ids are swept in time', () => {
    let table = NOTHING;
    for (let day = 20_000; day < 20_400; day += 1) {
      const today = numbered(100, day).map((one) => ({ ...one, id: `${day}-${one.id}` }));
      const step = seen(table, today, day - 30);
      table = folded(step, (ids, fields) => sweep(ids, fields, day - 30));
    }
    // 31 days live, and what waits for the sweep.
    expect(table.ids.rows).toBeLessThanOrEqual((31 + SWEEP_DAYS) * 100);
    expect(live(table)).toHaveLength(table.ids.rows);
  });
});
