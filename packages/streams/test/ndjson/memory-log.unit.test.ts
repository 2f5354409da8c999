import { describe, expect, it } from '@jest/globals';
import { createMemoryLog } from '../../src/ndjson/memory-log.ts';
import { recordOf, usageOf } from '../recorder.ts';

const AT = { family: 'usage', partition: 0 } as const;

describe('the log in memory', () => {
  it('takes hundreds of thousands of records from the last to the first, in offset order in the end', () => {
    const count = 300_000;
    const record = recordOf(usageOf(1, 'one'), { partition: 0 });
    const log = createMemoryLog(1);
    let refused = 0;
    for (let offset = count - 1; offset >= 0; offset -= 1) {
      if (log.append({ ...record, offset }) !== null) refused += 1;
    }
    expect(refused).toBe(0);
    expect(log.append({ ...record, offset: 7 })?.isSkipped).toBe(true);
    log.seal();
    const offsets = log.batch(AT, 0, count, count)?.records.map(({ offset }) => offset) ?? [];
    expect(offsets).toHaveLength(count);
    expect(offsets.every((offset, index) => offset === index)).toBe(true);
  });
});
