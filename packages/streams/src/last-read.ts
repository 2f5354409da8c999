import { type LastRead, type SourceBatch } from './port.ts';

/** What the log is recognised by behind this batch; null when the batch holds no record. */
export function lastOf({ records, fingerprintOf }: SourceBatch): LastRead | null {
  const offset = records.at(-1)?.offset;
  const fingerprint = offset === undefined ? null : (fingerprintOf?.(offset) ?? null);
  return offset === undefined || fingerprint === null ? null : { offset, fingerprint };
}
