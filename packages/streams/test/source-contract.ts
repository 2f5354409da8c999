import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogRecord } from '@portal/contracts';
import { FAMILIES, partitionName } from '@portal/projection';
import { type EventSource, type Following, type SourceBatch } from '../src/index.ts';
import {
  broken,
  createRecorder,
  customerOf,
  eventIds,
  recordOf,
  summary,
  tombstone,
  until,
  usageOf,
} from './recorder.ts';

/** One empty log of six partitions a family, as an implementation of the port sees it. */
export interface Subject {
  readonly source: EventSource;
  /** Puts records at the end of the log, as a producer would. */
  produce(records: readonly LogRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** The laws of the EventSource port. Every implementation passes the same. */
export function sourceContract(open: () => Promise<Subject>): void {
  let subject: Subject;
  const followings: Following[] = [];
  const follow = async (...args: Parameters<EventSource['follow']>): Promise<Following> => {
    const following = await subject.source.follow(...args);
    followings.push(following);
    return following;
  };
  const usages = (count: number, from = 0): LogRecord[] =>
    Array.from({ length: count }, (_, n) => recordOf(usageOf(n % 20, `usage-${from + n}`)));
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, n) => `usage-${n}`).sort();

  beforeEach(async () => {
    subject = await open();
  });
  afterEach(async () => {
    for (const following of followings.splice(0)) await following.stop();
    await subject.close();
  });

  async function readAll(): Promise<SourceBatch[]> {
    const batches: SourceBatch[] = [];
    for (const range of (await subject.source.partitions()).ranges) {
      for await (const batch of subject.source.read(range, range.begin, range.end)) {
        batches.push(batch);
      }
    }
    return batches;
  }

  describe('read', () => {
    it('knows every partition of every family, also of an empty log', async () => {
      expect(await subject.source.partitions()).toEqual({
        ranges: FAMILIES.flatMap((family) =>
          [0, 1, 2, 3, 4, 5].map((partition) => ({ family, partition, begin: 0, end: 0 })),
        ),
        missing: [],
      });
    });

    it('gives every record once, in offset order, in ranges without a gap', async () => {
      await subject.produce(usages(120));
      const batches = await readAll();
      expect([...eventIds(batches.flatMap(({ records }) => records))].sort()).toEqual(ids(120));
      for (const range of (await subject.source.partitions()).ranges) {
        const own = batches.filter((batch) => partitionName(batch) === partitionName(range));
        let next = range.begin;
        for (const batch of own) {
          expect(batch.from).toBe(next);
          const offsets = batch.records.map(({ offset }) => offset);
          expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
          expect(offsets.every((offset) => offset >= batch.from && offset < batch.next)).toBe(true);
          next = batch.next;
        }
        expect(next).toBe(range.end);
      }
    });

    it('puts a key into one partition, the same number in every family', async () => {
      await subject.produce(
        [3, 4, 5].flatMap((n) => [
          recordOf(usageOf(n, `usage-${n}`)),
          recordOf(customerOf(n, `customer-${n}`)),
        ]),
      );
      const records = (await readAll()).flatMap((batch) => batch.records);
      for (const n of [3, 4, 5]) {
        const own = records.filter(({ key }) => key?.endsWith(`00000${n}`) === true);
        expect(own).toHaveLength(2);
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    it('begins at `from` and ends before `to`', async () => {
      await subject.produce(
        Array.from({ length: 10 }, (_, n) => recordOf(usageOf(1, `usage-${n}`), { partition: 2 })),
      );
      const records: string[] = [];
      const at = { family: 'usage', partition: 2 } as const;
      for await (const batch of subject.source.read(at, 3, 6)) {
        records.push(...batch.records.map(summary));
        expect(batch.next).toBeLessThanOrEqual(6);
      }
      expect(records).toEqual(['usage/2@3 usage-3', 'usage/2@4 usage-4', 'usage/2@5 usage-5']);
    });

    it('gives tombstones and what cannot be decoded their places instead of dropping them', async () => {
      await subject.produce([
        tombstone('wallets', 1),
        broken('wallets', 1),
        recordOf(usageOf(1, 'usage-0')),
      ]);
      const records = (await readAll()).flatMap((batch) => batch.records);
      const wallets = records.filter(({ family }) => family === 'wallets');
      expect(wallets.map(summary)).toEqual(['wallets/1@0 null', 'wallets/1@1 undecodable']);
      expect(wallets[1]?.decoded).toMatchObject({ error: { code: 'too_short', field: null } });
    });

    it('keeps key, time and headers', async () => {
      const headers = { trace: 'abc' };
      const place = { timestamp: Date.UTC(2026, 10, 1), headers, partition: 4 };
      await subject.produce([recordOf(usageOf(1, 'usage-0'), place)]);
      const [record] = (await readAll()).flatMap((batch) => batch.records);
      expect(record).toMatchObject({
        timestamp: place.timestamp,
        partition: 4,
        offset: 0,
        headers,
      });
      expect(record?.key).toBe(recordOf(usageOf(1, 'usage-0')).key);
    });
  });

  describe('follow', () => {
    it('gives what is there and what is produced later, every record once', async () => {
      await subject.produce(usages(30));
      const recorder = createRecorder();
      const following = await follow(recorder);
      await until('the first 30', () => recorder.committed.length >= 30);
      await subject.produce(usages(30, 30));
      await until('the next 30', () => recorder.committed.length >= 60);
      await following.stop();
      expect([...eventIds(recorder.committed)].sort()).toEqual(ids(60));
      expect(recorder.assignments[0]).toHaveLength(30);
      expect(recorder.owned.size).toBe(0);
      expect(recorder.broken).toEqual([]);
    });

    it('starts where the follower says, and else at the begin', async () => {
      await subject.produce(
        Array.from({ length: 4 }, (_, n) => recordOf(usageOf(1, `usage-${n}`), { partition: 3 })),
      );
      await subject.produce([recordOf(customerOf(1, 'customer-0'), { partition: 3 })]);
      const recorder = createRecorder({ starts: new Map([['usage/3', { next: 2, from: 2 }]]) });
      await follow(recorder);
      await until('three records', () => recorder.committed.length >= 3);
      expect(recorder.committed.map(summary).sort()).toEqual([
        'customers/3@0 customer-0',
        'usage/3@2 usage-2',
        'usage/3@3 usage-3',
      ]);
      expect(recorder.broken).toEqual([]);
    });

    it('reads again from before what was committed, and goes on behind it', async () => {
      const usageAt = (n: number) => recordOf(usageOf(1, `usage-${n}`), { partition: 3 });
      await subject.produce([0, 1, 2, 3].map(usageAt));
      const first = createRecorder();
      const following = await follow(first);
      await until('four records', () => first.committed.length >= 4);
      await following.stop();
      const second = createRecorder({ starts: new Map([['usage/3', { next: 4, from: 1 }]]) });
      await follow(second);
      await subject.produce([usageAt(4)]);
      await until('four more', () => second.committed.length >= 4);
      expect(second.committed.map(summary)).toEqual(
        [1, 2, 3, 4].map((n) => `usage/3@${n} usage-${n}`),
      );
      expect(second.broken).toEqual([]);
    });

    it('gives a batch again after `retry`, and goes on with other partitions meanwhile', async () => {
      await subject.produce(
        [0, 1].map((n) => recordOf(usageOf(n, `usage-${n}`), { partition: n })),
      );
      let refusals = 3;
      const recorder = createRecorder({
        outcome: (batch) => (batch.partition === 0 && refusals-- > 0 ? 'retry' : 'commit'),
      });
      await follow(recorder);
      await until('both', () => recorder.committed.length >= 2);
      const given = recorder.batches.filter(({ partition }) => partition === 0);
      expect(given).toHaveLength(4);
      expect(new Set(given.map(({ from }) => from))).toEqual(new Set([0]));
      expect(recorder.committed.map(({ partition }) => partition)).toEqual([1, 0]);
      expect(recorder.broken).toEqual([]);
    });

    it('names a partition that waits for its follower, until it moves', async () => {
      await subject.produce([recordOf(usageOf(1, 'usage-1'), { partition: 1 })]);
      let fails = true;
      const following = await follow(
        createRecorder({
          outcome: () => {
            if (fails) throw new TypeError('the store is away');
            return 'commit';
          },
        }),
      );
      await until('one that waits', () => following.held().length > 0);
      expect(following.held()).toMatchObject([
        { family: 'usage', partition: 1, why: 'follower_failed', detail: 'the store is away' },
      ]);
      fails = false;
      await until('none that waits', () => following.held().length === 0);
    });

    it('takes a follower that throws for one that says `retry`', async () => {
      await subject.produce(usages(1));
      let throws = 2;
      const recorder = createRecorder({
        outcome: () => {
          if (throws-- > 0) throw new TypeError('a mistake in the follower');
          return 'commit';
        },
      });
      await follow(recorder);
      await until('the record', () => recorder.committed.length >= 1);
      expect(eventIds(recorder.committed)).toEqual(['usage-0']);
      expect(recorder.broken).toEqual([]);
    });

    it('gives no more of a partition after `stop`, and all of it to the next follower', async () => {
      await subject.produce(
        [0, 1].map((n) => recordOf(usageOf(n, `usage-${n}`), { partition: n })),
      );
      const first = createRecorder({
        outcome: ({ partition }) => (partition === 0 ? 'stop' : 'commit'),
      });
      const following = await follow(first);
      await until('both', () => first.batches.length >= 2);
      await subject.produce([recordOf(usageOf(1, 'usage-2'), { partition: 1 })]);
      await until('partition 1 to go on', () => first.committed.length >= 2);
      await following.stop();
      expect(first.batches.filter(({ partition }) => partition === 0)).toHaveLength(1);

      const second = createRecorder();
      await follow(second);
      await until('the refused one', () => second.committed.length >= 1);
      expect(second.committed.map(summary)).toEqual(['usage/0@0 usage-0']);
    });

    it('resumes after a stop from what was committed: nothing lost, nothing twice', async () => {
      await subject.produce(usages(40));
      const first = createRecorder();
      const following = await follow(first);
      await until('40', () => first.committed.length >= 40);
      await following.stop();
      await subject.produce(usages(40, 40));
      const second = createRecorder();
      await follow(second);
      await until('the other 40', () => second.committed.length >= 40);
      const all = [...eventIds(first.committed), ...eventIds(second.committed)];
      expect([...all].sort()).toEqual(ids(80));
      expect(second.broken).toEqual([]);
    });

    it('waits in `stop` for the batch under way and commits it', async () => {
      await subject.produce(usages(1));
      let release: (() => void) | null = null;
      const first = createRecorder({
        outcome: () =>
          new Promise((resolve) => {
            release = () => {
              resolve('commit');
            };
          }),
      });
      const following = await follow(first);
      await until('the batch', () => release !== null);
      const stopped = following.stop();
      release!();
      await stopped;
      await subject.produce([recordOf(customerOf(1, 'customer-0'))]);
      const second = createRecorder();
      await follow(second);
      await until('the customer', () => second.committed.length >= 1);
      expect(eventIds(second.committed)).toEqual(['customer-0']);
    });
  });
}
