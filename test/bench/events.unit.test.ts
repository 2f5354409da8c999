import { parseIso, type Micros } from '@portal/billing';
import { createAvroResolver, decodeAvroValue, encodeEvent, SCHEMA_TEXTS } from '@portal/contracts';
import { describe, expect, it } from '@jest/globals';
import { eventStream } from '../../bench/events.ts';

const UNTIL = parseIso('2026-11-23T10:00:00Z') as Micros;
const SIZE = { customers: 40, events: 1_000, until: UNTIL };

describe('the events of the benchmarks', () => {
  it('are as many as asked for, no two with one id', () => {
    const ids = [...eventStream(SIZE)].map(({ event_id }) => event_id);
    expect(ids).toHaveLength(1_000);
    expect(new Set(ids).size).toBe(1_000);
  });

  it('are the same every time', () => {
    expect([...eventStream(SIZE)]).toEqual([...eventStream(SIZE)]);
  });

  it('are mostly usage, and none lies ahead of the end', () => {
    const all = [...eventStream(SIZE)];
    expect(all.filter(({ family }) => family === 'usage').length).toBeGreaterThan(800);
    expect(Math.max(...all.map(({ occurred_at }) => occurred_at))).toBeLessThanOrEqual(UNTIL);
  });

  it('keep the event contract: what is written is what is read', () => {
    for (const event of eventStream(SIZE)) {
      const made = createAvroResolver(event.family, SCHEMA_TEXTS[event.family]);
      if (made.kind !== 'resolver') throw new Error('our own schema is refused');
      expect(decodeAvroValue(made.resolver, encodeEvent(event, 1), null)).toEqual({
        kind: 'event',
        event,
      });
    }
  });
});
