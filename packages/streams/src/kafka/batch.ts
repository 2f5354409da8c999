import { type Family } from '@portal/projection';
import { logicalOffset } from '../logical.ts';
import { type LastRead, type SourceBatch, type SourceRecord } from '../port.ts';
import { fingerprintOf } from './fingerprint.ts';
import { type FetchedRange } from './request.ts';

/** A fetched range as everybody else sees it: in the offsets of its log's number. */
export function batchOf(
  at: { readonly family: Family; readonly partition: number },
  history: number,
  range: FetchedRange,
  records: readonly SourceRecord[],
): SourceBatch {
  const logical = (offset: number): number => logicalOffset(history, offset);
  return {
    ...{ family: at.family, partition: at.partition },
    from: logical(range.from),
    next: logical(range.next),
    records:
      history === 0
        ? records
        : records.map((record) => ({ ...record, offset: logical(record.offset) })),
    fingerprintOf: (offset) => {
      const message = range.messages.find((one) => logical(Number(one.offset)) === offset);
      return message === undefined ? null : fingerprintOf(message);
    },
  };
}

/** To recognise the log by; null when the batch holds no record. */
export function lastOf({ records, fingerprintOf }: SourceBatch): LastRead | null {
  const offset = records.at(-1)?.offset;
  const fingerprint = offset === undefined ? null : (fingerprintOf?.(offset) ?? null);
  return offset === undefined || fingerprint === null ? null : { offset, fingerprint };
}
