import { type EventSource, type SourceBatch } from '@portal/streams';
import { describe, expect, it } from '@jest/globals';
import { readRecord } from '../../src/parked/read-record.ts';
import { readRecordPlace } from '../../src/place.ts';

const AT = { family: 'usage', partition: 3, offset: 17 } as const;
const RANGE = { family: 'usage', partition: 3, begin: 10, end: 20 } as const;
const OF = { prefix: 'billing', timeoutMs: 50 };
const record = { ...AT, key: null, timestamp: 1, headers: {}, decoded: { kind: 'null' } } as const;
const bytes = { key: null, value: null };

const sourceOf = (
  batches: readonly Partial<SourceBatch>[],
  over: Partial<EventSource> = {},
): Pick<EventSource, 'partitions' | 'read'> => ({
  partitions: () => Promise.resolve({ ranges: [RANGE], missing: ['wallets'] }),
  read: async function* () {
    for (const batch of await Promise.resolve(batches)) {
      yield { ...AT, from: 0, next: 0, records: [], ...batch };
    }
  },
  ...over,
});

const whole = { records: [record], bytesOf: () => bytes };

describe('a record that is read again', () => {
  it('comes with its bytes, also behind a batch that holds none', async () => {
    const found = await readRecord(sourceOf([{ bytesOf: () => null }, whole]), AT, OF);
    expect(found).toEqual({ kind: 'found', record, bytes });
  });

  it.each([
    [9, 'it is gone: the log begins at 10 by now, it was trimmed or made again'],
    [20, 'it is not there: the log ends before 20'],
    [2 ** 40 + 17, 'it is not there: the log ends before 20'],
  ])('is said to be gone, or not there yet, without being read: %d', async (offset, why) => {
    const source = sourceOf([whole]);
    expect(await readRecord(source, { ...AT, offset }, OF)).toEqual({ kind: 'gone', why });
  });

  it('may be none, where a transaction ended', async () => {
    const found = await readRecord(sourceOf([{}]), AT, OF);
    expect(found).toMatchObject({ kind: 'gone', why: expect.stringContaining('no record') });
  });

  it('has a place that is there', async () => {
    const kindAt = (family: 'usage' | 'wallets', partition: number) =>
      readRecord(sourceOf([whole]), { family, partition, offset: 17 }, OF);
    expect(await kindAt('usage', 6)).toMatchObject({
      ...{ kind: 'no_place', problem: expect.stringContaining('there is no usage/6') },
    });
    expect(await kindAt('wallets', 0)).toMatchObject({ kind: 'no_place' });
  });

  it('is not waited for any longer than asked', async () => {
    const silent = () => new Promise<never>(() => undefined);
    await expect(readRecord(sourceOf([], { partitions: silent }), AT, OF)).rejects.toThrow(
      'Kafka or the schema registry did not answer within 0.05 s',
    );
    const read: EventSource['read'] = async function* () {
      yield await silent();
    };
    await expect(readRecord(sourceOf([], { read }), AT, OF)).rejects.toThrow('did not answer');
  });
});

describe('the place of a record on the command line', () => {
  it('is family, partition and offset, as parked list shows it', () => {
    expect(readRecordPlace('usage/3@17')).toEqual(AT);
    expect(readRecordPlace('usage/3@17 (history 1)')).toEqual({ ...AT, offset: 2 ** 40 + 17 });
    expect(readRecordPlace(`usage/3@${2 ** 40 + 17}`)).toEqual({ ...AT, offset: 2 ** 40 + 17 });
  });

  it.each([
    ...['usage/3', 'usage/3@', 'usage@17', 'orders/3@17', 'usage/3@-1', 'usage/3@17@18'],
    ...['usage/3@17 (history 9000)', '@', ''],
  ])('is refused when it is none: %j', (text) => {
    expect(readRecordPlace(text)).toEqual(expect.stringContaining('is no family/partition@offset'));
  });
});
