import { describe, expect, it } from '@jest/globals';
import { ALWAYS_SAID, lineCounts, lineCountsText } from '../src/line-counts.ts';

const tally = (read: number, skipped: number) => ({
  ...{ read, skipped },
  ...{ malformed: 0, files: 1, faults: 0 },
});

describe('what became of the lines', () => {
  it('names every outcome, also one that is new to it, and what nobody counted yet', () => {
    const outcomes = new Map([
      ['stale', 2],
      ['applied', 5],
      ['brand_new', 1],
    ]);
    const counts = lineCounts(tally(12, 3), outcomes, ALWAYS_SAID.start);
    expect(counts).toEqual({
      ...{ read: 12, applied: 5, duplicate: 0, stale: 2, late: 0, parked: 0, brand_new: 1 },
      ...{ skipped: 3, waiting: 1 },
    });
  });

  it('is a table on a terminal and one line elsewhere', () => {
    const counts = lineCounts(tally(2, 1), new Map([['applied', 1]]), ALWAYS_SAID.start);
    expect(lineCountsText(counts, false)).toBe(
      'lines read 2: applied 1, duplicate 0, late 0, parked 0, skipped 1',
    );
    const rows = lineCountsText(counts, true).split('\n');
    expect(rows).toHaveLength(7);
    expect(rows[6]).toMatch(/^skipped +1 +no event at all/);
  });
});
