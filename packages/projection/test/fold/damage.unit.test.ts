import { type UsageEvent } from '@portal/projection';
import { at, aUsage, foldBatch, given, logOf, markOn, type TestRecord } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';

const NOON = '2025-03-05T12:00:00Z';
const LATER = '2025-03-05T18:00:00Z';

const usage = (kind: UsageEvent['usage']['kind'], iso: string, id = iso): UsageEvent =>
  aUsage(
    { kind, timestamp: at(iso), unique_key: kind === 'unique' ? 'ana' : null },
    { event_id: id },
  );

/** The record with its side fields of this letter as `damaged` makes them; null takes one away. */
function damagedIn(
  { record }: { readonly record: TestRecord },
  letter: string,
  damaged: (text: string) => string | null,
): TestRecord {
  const fields = [...record.fields].flatMap(([name, text]) => {
    const stored = name.startsWith(`${letter}:`) ? damaged(text) : text;
    return stored === null ? [] : [[name, stored] as const];
  });
  return { ...record, fields: new Map(fields) };
}

/** `events` come after those of the record, at places that it has not seen. */
const thenFolded = (record: TestRecord, events: readonly UsageEvent[]) => () =>
  foldBatch(
    record,
    logOf(events)
      .flat()
      .map((entry) => ({ ...entry, at: { ...entry.at, offset: entry.at.offset + 100 } })),
  );

const gone = (): null => null;

describe('a side field that the state says is there', () => {
  it.each([
    ['cells, when usage of their day comes', 'u', 'counter', [usage('counter', LATER)]],
    ['single events, when one of their day comes', 'r', 'point', [usage('point', LATER)]],
    ['cells of changes, when their day is dropped', 'u', 'change', markOn('2026-11-10')],
    ['points, when their day is dropped', 'r', 'point', markOn('2026-11-10')],
    ['members, when their day is dropped', 'r', 'unique', markOn('2026-11-10')],
  ] as const)('is damage when it is not there: %s', (_, letter, kind, events) => {
    const whole = given(usage(kind, NOON));
    expect(thenFolded(whole.record, events)).not.toThrow();
    expect(thenFolded(damagedIn(whole, letter, gone), events)).toThrow('it is not there');
  });

  it('is damage, and not the fault of the event, when it holds no whole rows of event ids', () => {
    const damaged = damagedIn(given(usage('counter', NOON)), 'd', (rows) => rows.slice(1));
    expect(thenFolded(damaged, [usage('counter', LATER)])).toThrow(
      'side field "d:0" cannot be read',
    );
  });
});
