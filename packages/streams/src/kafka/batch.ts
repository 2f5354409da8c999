import { type Place } from '@portal/projection';
import { logicalOffset } from '../logical.ts';
import { type SourceBatch, type SourceRecord } from '../port.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type FetchedRange } from './request.ts';

/** A fetched range as everybody else sees it: in the offsets of its log's number. */
export function batchOf(
  at: Place,
  history: number,
  range: FetchedRange,
  records: readonly SourceRecord[],
): SourceBatch {
  const logical = (offset: number): number => logicalOffset(history, offset);
  // Nearly always the last one is asked for.
  const messageAt = (offset: number) =>
    range.messages.findLast((one) => logical(Number(one.offset)) === offset);
  return {
    ...{ family: at.family, partition: at.partition },
    from: logical(range.from),
    next: logical(range.next),
    records:
      history === 0 ? records : records.map((record) => recordAt(record, logical(record.offset))),
    fingerprintOf: (offset) => {
      const message = messageAt(offset);
      return message === undefined ? null : fingerprintOf(message);
    },
    bytesOf: (offset) => {
      const message = messageAt(offset);
      return message === undefined ? null : { key: message.key, value: message.value };
    },
  };
}

/** Written out: spreading the record would read its headers, which are read when somebody asks. */
function recordAt(record: SourceRecord, offset: number): SourceRecord {
  const { family, partition, key, timestamp, decoded } = record;
  return {
    ...{ family, partition, offset, key, timestamp, decoded },
    get headers() {
      return record.headers;
    },
  };
}
