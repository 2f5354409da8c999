import { describe, expect, it } from '@jest/globals';
import { waitingText } from '../src/waiting-text.ts';

describe('what is said of partitions that wait for a decision', () => {
  it('has the word that docs/operations.md explains, and the whole of what was found, once', () => {
    const detail =
      'folded up to wallets/1@12345 (history 1), but the log ends at 0: it was made again or cut';
    const one = {
      partition: 'wallets/1',
      found: { kind: 'shorter', history: 1, wanted: 12_345, begin: 0, end: 0 },
      detail,
      since: 0,
      seen: 1_000,
    } as const;
    const text = waitingText([
      { ...one, generation: 'v5-2026b-3f2a9c01' },
      { ...one, generation: 'v5-2026c-3f2a9c01' },
    ]);
    expect(text).toMatch(
      /wallets\/1 +shorter +1970-01-01T00:00:00\.000Z +1970-01-01T00:00:01\.000Z +v5-2026b-3f2a9c01/,
    );
    expect(text.split('\n').filter((line) => line.includes('made again'))).toEqual([
      `wallets/1: ${detail}`,
    ]);
  });

  it('is said of none, too', () => {
    expect(waitingText([])).toBe('nothing waits');
  });
});
