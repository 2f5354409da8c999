import { describe, expect, it } from '@jest/globals';
import {
  atParameter,
  daysFromNow,
  fromFieldValue,
  NOW,
  toFieldValue,
  movedBy,
} from '../src/clock.ts';

const now = Date.parse('2026-11-23T10:00:00Z');

describe('the clock', () => {
  it('asks for the server’s own now until it is moved', () => {
    expect(atParameter(NOW)).toBeNull();
    expect(movedBy(0, now)).toBe(NOW);
  });

  it('is moved by whole days', () => {
    const moved = movedBy(-60, now);
    expect(atParameter(moved)).toBe('2026-09-24T10:00:00.000Z');
    expect(daysFromNow(moved, now)).toBe(-60);
  });

  it('reads an exact time back as it was written, and nothing from half a time', () => {
    const instant = Date.parse('2027-03-01T08:30:00Z');
    expect(fromFieldValue(toFieldValue(instant))).toEqual({ kind: 'at', instant });
    expect(fromFieldValue('')).toBeNull();
    expect(fromFieldValue('2027-03-01T')).toBeNull();
    expect(fromFieldValue('+275760-09-13T00:00')).toBeNull();
  });
});
