import { type LogRecord } from '@portal/contracts';
import {
  type BillingEvent,
  customerRef,
  type PartitionName,
  partitionName,
} from '@portal/projection';
import { aCustomer, aUsage } from '@portal/testkit';
import { type Follower, type SourceBatch, type SourceRecord, type Start } from '../src/index.ts';

export { until } from '@portal/testkit';

type Outcome = Awaited<ReturnType<Follower['take']>>;

export interface Recorder extends Follower {
  readonly batches: SourceBatch[];
  readonly committed: SourceRecord[];
  readonly owned: Set<PartitionName>;
  readonly assignments: (readonly PartitionName[])[];
  /** What broke a law of the port, in words. Empty at the end of a good test. */
  readonly broken: string[];
}

/** A follower that remembers what it was given and checks the order laws while it listens. */
export function createRecorder(
  options: {
    readonly outcome?: (batch: SourceBatch) => Outcome | Promise<Outcome>;
    readonly starts?: ReadonlyMap<PartitionName, Start>;
  } = {},
): Recorder {
  const expected = new Map<PartitionName, number>();
  const running = new Set<PartitionName>();
  const recorder: Recorder = {
    batches: [],
    committed: [],
    owned: new Set(),
    assignments: [],
    broken: [],
    assigned: (partitions) => {
      recorder.assignments.push(partitions.map(partitionName));
      for (const at of partitions) {
        const name = partitionName(at);
        if (recorder.owned.has(name)) recorder.broken.push(`${name} assigned twice`);
        recorder.owned.add(name);
        const start = options.starts?.get(name)?.from ?? at.committed;
        if (start === null) expected.delete(name);
        else expected.set(name, start);
      }
      return Promise.resolve(options.starts ?? new Map());
    },
    take: async (batches, alive) => {
      const names = batches.map(partitionName);
      if (new Set(batches.map(({ partition }) => partition)).size !== 1) {
        recorder.broken.push(`${names.join(', ')} given together`);
      }
      for (const batch of batches) {
        const name = partitionName(batch);
        if (running.has(name)) recorder.broken.push(`${name} given twice at the same time`);
        if (!recorder.owned.has(name)) recorder.broken.push(`${name} given without being assigned`);
        const from = expected.get(name) ?? batch.from;
        if (batch.from !== from) recorder.broken.push(`${name} from ${batch.from}, not ${from}`);
        running.add(name);
        recorder.batches.push(batch);
        expected.set(name, batch.from);
      }
      try {
        await alive();
        const outcome = await outcomeOf(batches, options.outcome);
        if (outcome === 'commit') {
          for (const batch of batches) {
            recorder.committed.push(...batch.records);
            expected.set(partitionName(batch), batch.next);
          }
        }
        return outcome;
      } finally {
        for (const name of names) running.delete(name);
      }
    },
    revoked: (partitions) => {
      for (const name of partitions) {
        if (running.has(name)) recorder.broken.push(`${name} revoked while it was worked on`);
        if (!recorder.owned.delete(name)) recorder.broken.push(`${name} revoked, but not ours`);
      }
      return Promise.resolve();
    },
  };
  return recorder;
}

/** The first that is no commit. */
async function outcomeOf(
  batches: readonly SourceBatch[],
  of: (batch: SourceBatch) => Outcome | Promise<Outcome> = () => 'commit',
): Promise<Outcome> {
  for (const batch of batches) {
    const outcome = await of(batch);
    if (outcome !== 'commit') return outcome;
  }
  return 'commit';
}

/** One customer per number, so that keys spread over partitions. */
const customerId = (number: number): string =>
  `22222222-2222-4222-8222-${String(number).padStart(12, '0')}`;

export const usageOf = (customer: number, id: string): BillingEvent =>
  aUsage({}, { event_id: id, customer_id: customerId(customer) as BillingEvent['customer_id'] });

export const customerOf = (customer: number, id: string): BillingEvent =>
  aCustomer({}, { event_id: id, customer_id: customerId(customer) as BillingEvent['customer_id'] });

/** An event as a record whose place is left open. */
export const recordOf = (event: BillingEvent, place: Partial<LogRecord> = {}): LogRecord => ({
  family: event.family,
  key: customerRef(event.organization_id, event.customer_id),
  partition: null,
  offset: null,
  timestamp: null,
  headers: {},
  decoded: { kind: 'event', event },
  ...place,
});

export const tombstone = (family: LogRecord['family'], partition: number): LogRecord => ({
  ...{ family, partition, key: null, offset: null, timestamp: null, headers: {} },
  decoded: { kind: 'null' },
});

/** A value of two bytes: what a broken producer leaves. */
export const broken = (family: LogRecord['family'], partition: number): LogRecord => ({
  ...{ family, partition, key: null, offset: null, timestamp: null, headers: {} },
  decoded: {
    kind: 'undecodable',
    error: { code: 'too_short', field: null, reason: '2 bytes; the wire header alone takes 5' },
  },
});

/** What a test compares: where a record lies and what became of it. */
export const summary = (record: SourceRecord): string => {
  const { decoded } = record;
  const what = decoded.kind === 'event' ? decoded.event.event_id : decoded.kind;
  return `${partitionName(record)}@${record.offset} ${what}`;
};

export const eventIds = (records: readonly SourceRecord[]): readonly string[] =>
  records.flatMap(({ decoded }) => (decoded.kind === 'event' ? [decoded.event.event_id] : []));
