import { type DecodeError } from '@portal/contracts';
import { type Family, type PartitionName, partitionName } from '@portal/projection';
import { type EventSource, type SourceBatch, type SourceRecord } from '@portal/streams';
import { batchOf } from './harness.ts';

/** A log whose values can or cannot be read, as the test says at the moment they are read. */
export interface TestLog {
  readonly records: SourceRecord[];
  /** Why a record cannot be read now; null: it can. */
  refuse: (record: SourceRecord) => DecodeError | null;
  /** Where each partition begins: what lies before is past retention. */
  begin: number;
  /** Families whose topic is not there. */
  missing: readonly Family[];
  /** What a record is recognised by. */
  fingerprintOf: (offset: number) => string;
  /** Called before each batch is given. */
  beforeBatch: () => Promise<void>;
  readonly source: Pick<EventSource, 'partitions' | 'oldest' | 'read'>;
  /** All of it, as the live follower is given it now. */
  batches(size?: number): readonly SourceBatch[];
}

const BATCH = 50;

export function testLog(records: readonly SourceRecord[]): TestLog {
  const log: TestLog = {
    records: [...records],
    refuse: () => null,
    begin: 0,
    missing: [],
    fingerprintOf: (offset) => `old ${offset}`,
    beforeBatch: () => Promise.resolve(),
    source: {
      partitions: () =>
        Promise.resolve({
          ranges: [...byPartition(log.records)]
            .map(([, own]) => ({
              ...partitionOf(own),
              begin: log.begin,
              end: (own.at(-1)?.offset ?? -1) + 1,
            }))
            .filter(({ family }) => !log.missing.includes(family)),
          missing: log.missing,
        }),
      oldest: (of) =>
        Promise.resolve(
          new Map(
            of.map((at) => {
              const own = byPartition(log.records).get(partitionName(at)) ?? [];
              const first = own.find(({ offset }) => offset >= log.begin);
              return [partitionName(at), first?.timestamp ?? null];
            }),
          ),
        ),
      read: (at, from, to) => read(log, partitionName(at), from, to),
    },
    batches: (size = BATCH) =>
      [...byPartition(log.records)].flatMap(([, own]) => slices(own.map(asRead(log)), size)),
  };
  return log;
}

async function* read(log: TestLog, name: PartitionName, from: number, to: number) {
  const own = byPartition(log.records).get(name) ?? [];
  // As the projector says of usage that was trimmed before it began.
  const goesOn = from === 0 && name.startsWith('usage/');
  if (from < log.begin && !goesOn) throw new Error(`history lost: ${name} begins at ${log.begin}`);
  const end = (own.at(-1)?.offset ?? -1) + 1;
  if (from > end) throw new Error(`history lost: ${name} ends at ${end}`);
  const begin = Math.max(from, log.begin);
  const wanted = own.filter(({ offset }) => offset >= begin && offset < to);
  for (const [index, batch] of slices(wanted, BATCH).entries()) {
    await log.beforeBatch();
    const { fingerprintOf } = log;
    const at = index === 0 ? { from: begin } : {};
    yield { ...batch, ...at, records: batch.records.map(asRead(log)), fingerprintOf };
  }
}

const asRead =
  (log: TestLog) =>
  (record: SourceRecord): SourceRecord => {
    const error = log.refuse(record);
    return error === null ? record : { ...record, decoded: { kind: 'undecodable', error } };
  };

function byPartition(records: readonly SourceRecord[]) {
  const partitions = new Map<PartitionName, SourceRecord[]>();
  for (const record of records) {
    const name = partitionName(record);
    partitions.set(name, [...(partitions.get(name) ?? []), record]);
  }
  return partitions;
}

const partitionOf = ([first]: readonly SourceRecord[]) => {
  if (first === undefined) throw new Error('a partition has records');
  return { family: first.family, partition: first.partition };
};

const slices = (records: readonly SourceRecord[], size: number): SourceBatch[] =>
  Array.from({ length: Math.ceil(records.length / size) }, (_, index) =>
    batchOf(records.slice(index * size, (index + 1) * size)),
  );
