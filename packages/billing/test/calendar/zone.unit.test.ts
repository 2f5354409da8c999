import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  calendarDaysBetween,
  formatDate,
  isZone,
  localDate,
  MICROS_PER_DAY,
  micros,
  type Micros,
  nextLocalMidnight,
  startOfLocalDay,
  toIso,
  toMillis,
} from '../../src/index.ts';
import { CASES, day, instant, TZDATA } from '../cycles.ts';
import { arbitraryEdge, instantNear } from './edges.ts';

const luxonDate = (at: Micros, zone: string): string =>
  DateTime.fromMillis(toMillis(at), { zone }).toFormat('yyyy-MM-dd');

/** Of any zone, around the changes of its clocks. */
const moments = arbitraryEdge.chain((edge) =>
  fc.record({ zone: fc.constant(edge.zone), at: instantNear(edge) }),
);

describe(`local days (${TZDATA})`, () => {
  it('agree with luxon in any zone at any instant', () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        expect(formatDate(localDate(at, zone))).toBe(luxonDate(at, zone));
      }),
      CASES,
    );
  });

  it('start at the first instant that bears their date', () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const date = localDate(at, zone);
        const start = startOfLocalDay(date, zone);
        expect(start).toBeLessThanOrEqual(at);
        expect(luxonDate(start, zone)).toBe(formatDate(date));
        expect(luxonDate(micros(start - 1), zone) < formatDate(date)).toBe(true);
      }),
      CASES,
    );
  });

  it('last until the next local midnight and no longer', () => {
    fc.assert(
      fc.property(moments, ({ zone, at }) => {
        const next = nextLocalMidnight(at, zone);
        const date = luxonDate(at, zone);
        expect(next).toBeGreaterThan(at);
        expect(luxonDate(micros(next - 1), zone)).toBe(date);
        expect(luxonDate(next, zone)).not.toBe(date);
      }),
      CASES,
    );
  });

  it('are the same whatever was asked before, more days than are remembered included', () => {
    const zone = 'America/Santiago';
    const ask = (): string[] =>
      ['2026-09-06', '2026-09-07', '2026-04-05'].map((date) =>
        toIso(startOfLocalDay(day(date), zone)),
      );
    const before = ask();
    for (let offset = 0; offset < 101_000; offset += 1) {
      localDate(micros(offset * MICROS_PER_DAY), 'UTC');
    }
    expect(ask()).toEqual(before);
    expect(before).toEqual([
      '2026-09-06T04:00:00Z',
      '2026-09-07T03:00:00Z',
      '2026-04-05T04:00:00Z',
    ]);
  });

  it.each([
    ['UTC', '2026-11-23T12:00:00Z', '2026-11-24T00:00:00Z'],
    ['UTC', '2026-11-24T00:00:00Z', '2026-11-25T00:00:00Z'],
    // Spring forward at midnight: the day ends where the clock would have shown it.
    ['America/Havana', '2026-03-08T04:59:59Z', '2026-03-08T05:00:00Z'],
    // 25 hours, the change in the middle.
    ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    // Set back from 24:00 to 23:00: the day goes on for another hour.
    ['America/Santiago', '2026-04-05T02:59:59Z', '2026-04-05T04:00:00Z'],
    // Set back at 00:01 to 23:01: the 29th, the 28th again, the 29th.
    ['America/St_Johns', '2006-10-29T02:29:00Z', '2006-10-29T02:30:00Z'],
    ['America/St_Johns', '2006-10-29T02:30:30Z', '2006-10-29T02:31:00Z'],
    ['America/St_Johns', '2006-10-29T02:31:00Z', '2006-10-29T03:30:00Z'],
    // From the 29th straight to the 31st.
    ['Pacific/Apia', '2011-12-30T09:00:00Z', '2011-12-30T10:00:00Z'],
  ])('in %s that of %s ends at %s', (zone, at, next) => {
    expect(toIso(nextLocalMidnight(instant(at), zone))).toBe(next);
  });

  it('follow offsets that were no whole minutes', () => {
    // Monrovia was 44 minutes and 30 seconds behind until 1972.
    expect(toIso(startOfLocalDay(day('1971-06-01'), 'Africa/Monrovia'))).toBe(
      '1971-06-01T00:44:30Z',
    );
  });

  it('count dates, not hours, also over a day that never was', () => {
    const days = (from: string, to: string): number =>
      calendarDaysBetween(instant(from), instant(to), 'Pacific/Apia');
    expect(days('2011-12-30T09:59:59Z', '2011-12-30T10:00:00Z')).toBe(2);
    expect(days('2011-12-30T10:00:00Z', '2011-12-30T09:59:59Z')).toBe(-2);
    expect(days('2011-12-30T10:00:00Z', '2011-12-31T09:59:59Z')).toBe(0);
  });
});

describe('zone names', () => {
  it.each(['UTC', 'Europe/Paris', 'america/new_york', 'Asia/Calcutta', 'Etc/GMT+5'])(
    '%s is one',
    (name) => {
      expect(isZone(name)).toBe(true);
      expect(() => localDate(micros(0), name)).not.toThrow();
    },
  );

  it.each([
    '',
    'PST',
    'IST',
    'Mars/Olympus',
    '+02:00',
    '-05',
    '2026-01-01T00:00Z[UTC]',
    'UTC ',
    '__proto__',
  ])('%j is none', (name) => {
    expect(isZone(name)).toBe(false);
  });

  it('that are none are refused', () => {
    expect(() => localDate(micros(0), 'Mars/Olympus')).toThrow(RangeError);
  });
});
