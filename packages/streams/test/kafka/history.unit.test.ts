import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../src/kafka/fingerprint.ts';
import { historyText, judge } from '../../src/kafka/history.ts';
import { startPosition, unsure } from '../../src/kafka/positions.ts';

const SECOND = 2 ** 40;
const FIRST_LOG = { history: 0, begin: 0 };

describe('what was folded, compared with the log as it is now', () => {
  const judged = (next: number, begin: number, end: number, accepted = FIRST_LOG) => {
    const base = accepted.history * SECOND;
    const range = { family: 'usage' as const, partition: 3, begin: base + begin, end: base + end };
    return judge({ family: 'usage', partition: 3, next }, accepted, range);
  };

  it.each([
    ['nothing was folded of a whole log', 0, 0, 9],
    ['some of it was', 5, 0, 9],
    ['all of it was', 9, 0, 9],
    ['all of it was, and all is trimmed away', 9, 9, 9],
    ['only what was folded is trimmed away', 5, 5, 9],
  ])('goes on (%s)', (_, next, begin, end) => {
    expect(judged(next, begin, end)).toEqual({ kind: 'goes_on', begin });
  });

  it('is missing what was trimmed away and not folded, unless that was accepted', () => {
    expect(judged(5, 6, 9)).toEqual({ kind: 'trimmed', wanted: 5, begin: 6 });
    expect(judged(0, 1, 1)).toEqual({ kind: 'trimmed', wanted: 0, begin: 1 });
    expect(judged(5, 6, 9, { history: 0, begin: 6 })).toEqual({ kind: 'goes_on', begin: 6 });
    // Retention went on after it was accepted: that much more is gone.
    expect(judged(5, 7, 9, { history: 0, begin: 6 })).toEqual({
      ...{ kind: 'trimmed', wanted: 6, begin: 7 },
    });
  });

  it('is more than the log holds', () => {
    const shape = { history: 0, wanted: 10, begin: 0, end: 9 };
    expect(judged(10, 0, 9)).toEqual({ kind: 'changed', found: { kind: 'shorter', ...shape } });
  });

  it('begins anew, above all offsets of before, once another log was accepted', () => {
    const accepted = { history: 1, begin: 0 };
    expect(judged(500, 0, 9, accepted)).toEqual({ kind: 'goes_on', begin: SECOND });
    expect(judged(SECOND + 5, 0, 9, accepted)).toEqual({ kind: 'goes_on', begin: SECOND });
    expect(judged(SECOND + 10, 0, 9, accepted)).toMatchObject({ found: { kind: 'shorter' } });
    expect(judged(500, 2, 9, accepted)).toMatchObject({ kind: 'trimmed', wanted: 0 });
    expect(judged(500, 2, 9, { history: 1, begin: 2 })).toEqual({
      ...{ kind: 'goes_on', begin: SECOND + 2 },
    });
  });

  it('of a history that no decision tells of says that decisions were lost', () => {
    expect(judged(SECOND + 5, 0, 9)).toMatchObject({ found: { kind: 'undecided', history: 1 } });
  });

  it('is told to people in the broker’s own offsets', () => {
    const found = { history: 1, wanted: SECOND + 40, begin: 0, end: 12 };
    const at = { family: 'usage', partition: 3 } as const;
    expect(historyText(at, { kind: 'shorter', ...found })).toBe(
      'folded up to usage/3@40 (history 1), but the log ends at 12: it was made again or cut',
    );
    expect(historyText(at, { kind: 'other_record', offset: SECOND + 11, ...found })).toContain(
      'another record at 11 (0 to 12)',
    );
  });
});

describe('what a record is recognised by', () => {
  const bytes = (text: string | null) => (text === null ? null : Buffer.from(text));
  const print = (key: string | null, value: string | null, timestamp: string) =>
    fingerprintOf({ key: bytes(key), value: bytes(value), timestamp });

  it('is the same for the same record, and another one when anything of it differs', () => {
    expect(print('a', 'b', '1')).toBe(print('a', 'b', '1'));
    const others = [
      print('a', 'b', '1'),
      print('a', 'b', '2'),
      print('a', 'c', '1'),
      print('c', 'b', '1'),
      print('ab', '', '1'),
      print('', 'ab', '1'),
      print(null, 'ab', '1'),
      print('ab', null, '1'),
      print('a', '', 'b1'),
    ];
    expect(new Set(others).size).toBe(others.length);
    for (const one of others) expect(one).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('a partition is looked at before it is fetched', () => {
  const position = () => {
    const made = startPosition({ topic: 't', family: 'usage', partition: 0 }, 5);
    return Object.assign(made, { isSure: true, askedAt: 10_000, judgedBy: FIRST_LOG });
  };
  const isUnsure = (change: object, now = 10_250, decided = FIRST_LOG): boolean =>
    unsure([Object.assign(position(), change)], now, () => decided).length === 1;

  it('when it was taken over, when a fetch failed, after a pause, and when something was decided', () => {
    expect(isUnsure({})).toBe(false);
    expect(isUnsure({ isSure: false })).toBe(true);
    expect(isUnsure({}, 12_000)).toBe(true);
    expect(isUnsure({}, 10_250, { history: 1, begin: 0 })).toBe(true);
    expect(
      unsure([startPosition({ topic: 't', family: 'usage', partition: 0 }, 5)], 0, () => FIRST_LOG),
    ).toHaveLength(1);
  });
});
