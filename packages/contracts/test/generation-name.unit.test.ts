import { describe, expect, it } from '@jest/globals';
import {
  generationName,
  otherZoneData,
  ownZoneData,
  readGenerationName,
} from '../src/generation-name.ts';

describe('the name of a generation', () => {
  it('is read back in the parts it was made of', () => {
    const parts = { foldVersion: 12, zoneData: '2026b', settings: '3f2a9c01' };
    expect(generationName(parts)).toBe('v12-2026b-3f2a9c01');
    expect(readGenerationName('v12-2026b-3f2a9c01')).toEqual(parts);
  });

  it.each(['', 'g1', 'v1-2026b', 'v1-2026b-3f2a9c01x', 'v-2026b-3f2a9c01', 'v1-2026 b-3f2a9c01'])(
    'is not read from %j',
    (name) => {
      expect(readGenerationName(name)).toBeNull();
    },
  );

  it('tells whether somebody reckons with other time zone data', () => {
    expect(otherZoneData('v1-2026b-3f2a9c01', '2026b')).toBeNull();
    expect(otherZoneData('g1', '2026b')).toBeNull();
    const differ = { generation: '2026b', own: '2027a' };
    expect(otherZoneData('v1-2026b-3f2a9c01', '2027a')).toEqual(differ);
  });

  it('has letters for any version of the data', () => {
    expect(ownZoneData('2026b (local)')).toBe('2026blocal');
    expect(ownZoneData(undefined)).toBe('unknown');
  });
});
