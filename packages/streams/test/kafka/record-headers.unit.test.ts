import { describe, expect, it } from '@jest/globals';
import { batchOf } from '../../src/kafka/batch.ts';
import { logicalOffset, type SourceRecord } from '../../src/index.ts';

const AT = { family: 'usage', partition: 3 } as const;
const RANGE = { topic: 'billing.usage', partition: 3, from: 5, next: 7, messages: [], bytes: 0 };

describe.each([0, 2])('a fetched range of a log with the number %i', (history) => {
  let headersRead = 0;
  const record: SourceRecord = {
    ...{ ...AT, offset: 5, key: 'o:c', timestamp: 9, decoded: { kind: 'null' } },
    get headers() {
      headersRead += 1;
      return { note: 'x' };
    },
  };
  const batch = batchOf(AT, history, RANGE, [record]);

  it('has headers that are read when somebody asks, and not before', () => {
    expect(headersRead).toBe(0);
    expect(batch.records[0]?.headers).toEqual({ note: 'x' });
    expect(headersRead).toBe(1);
  });

  it('has everything else of its records, in the offsets of that number', () => {
    const offset = logicalOffset(history, 5);
    expect(batch).toMatchObject({ from: offset, next: offset + 2 });
    expect(batch.records).toEqual([{ ...record, offset }]);
  });
});
