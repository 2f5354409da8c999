import { type DecodeError } from '@portal/contracts';
import {
  type CustomerId,
  customerRef,
  type CustomerRef,
  DEFAULT_SETTINGS,
  type Entry,
} from '@portal/projection';
import { type DocumentStore } from '@portal/stores';
import { type SourceRecord } from '@portal/streams';
import {
  at,
  aUsage,
  aWallet,
  CUSTOMER,
  differences,
  memoryBench,
  ORGANIZATION,
  type StoreBench,
} from '@portal/testkit';
import { type Refolding } from '../../src/heal/refold.ts';
import { GENERATION, recordOf } from '../harness.ts';
import { type TestLog } from '../log-source.ts';
import { follow } from './heal-on.ts';

export const REF = customerRef(ORGANIZATION, CUSTOMER);
export const OTHER = '77777777-7777-4777-8777-777777777777' as CustomerId;
export const NO_SCHEMA: DecodeError = {
  ...{ code: 'unknown_schema_id', field: null, reason: 'the registry knows no schema 7' },
  schema_id: 7,
};

export const refolding = (store: DocumentStore, log: TestLog): Refolding => ({
  ...{ source: log.source, stopping: new AbortController().signal, store },
  ...{ settings: DEFAULT_SETTINGS, now: () => 1, replaced: () => undefined },
  unread: () => undefined,
});

/** A store with the log folded while these records could not be read. */
export async function disturbed(
  log: TestLog,
  isParked: (record: SourceRecord) => boolean,
  bench = memoryBench(),
) {
  log.refuse = (record) => (isParked(record) ? NO_SCHEMA : null);
  await follow(bench.store(GENERATION), log);
  log.refuse = () => null;
  return bench;
}

export async function differencesTo(bench: StoreBench, other: StoreBench, ref: CustomerRef) {
  return differences(await bench.stored(GENERATION, [ref]), await other.stored(GENERATION, [ref]));
}

const record = (entry: Entry) => recordOf(entry);
export const usage = (offset: number, timestamp = at('2026-11-01T10:00:00Z')) =>
  record({
    ...{ kind: 'event', at: { family: 'usage', partition: 0, offset } },
    event: aUsage({ timestamp }, { event_id: `id-${offset}`, occurred_at: timestamp }),
  });
export const wallet = (offset: number) =>
  record({
    ...{ kind: 'event', at: { family: 'wallets', partition: 0, offset } },
    event: aWallet({ version: offset + 1 }),
  });
export const rows = <Row>(count: number, make: (index: number) => Row): Row[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Every other record from 20 on is parked. */
export const isOdd = ({ offset }: SourceRecord): boolean => offset >= 20 && offset % 2 === 1;
