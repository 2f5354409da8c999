import { type Micros, parseIso } from '@portal/billing';
import { type Entry } from '@portal/projection';
import { createLogger } from '@portal/runtime';
import { type SourceRecord } from '@portal/streams';
import { aCustomer, aUsage, memoryBench } from '@portal/testkit';
import { describe, expect, it } from '@jest/globals';
import { createTrimmed } from '../../src/follow/trimmed.ts';
import { batchOf, GENERATION, recordOf } from '../harness.ts';
import { type TestLog, testLog } from '../log-source.ts';

const ARRIVED = Date.parse('2026-06-10T12:00:00Z');
const CLOCK = Date.parse('2026-11-23T10:00:00Z');
const instant = (iso: string) => parseIso(iso) as Micros;

/** One a minute. */
const usage = (partition: number, count: number): SourceRecord[] =>
  Array.from({ length: count }, (_, offset) => {
    const at: Entry['at'] = { family: 'usage', partition, offset };
    const event = aUsage({}, { event_id: `${partition}/${offset}` });
    return recordOf({ kind: 'event', at, event }, { timestamp: ARRIVED + offset * 60_000 });
  });

const customers = (count: number): SourceRecord[] =>
  Array.from({ length: count }, (_, partition) =>
    recordOf({
      ...{ kind: 'event', at: { family: 'customers', partition, offset: 0 } },
      event: aCustomer(),
    }),
  );

function aProcess(log: TestLog, store = memoryBench().store(GENERATION)) {
  const lines: string[] = [];
  const told: (readonly [number, number])[] = [];
  const sink = { write: (line: string) => lines.push(line) };
  const logger = createLogger({ service: 'test', level: 'warn', destination: sink });
  const trimmed = createTrimmed({
    ...{ source: log.source, store, logger, now: () => CLOCK },
    told: (partition, at) => told.push([partition, at]),
  });
  const take = async () => {
    await trimmed.take(await store.checkpoints());
    return new Map(trimmed.usage);
  };
  return { store, lines, told, trimmed, take };
}

const logOf = (...records: readonly SourceRecord[][]): TestLog =>
  testLog([...customers(2), ...records.flat()]);

describe('what a usage topic did not hold when it was first read', () => {
  it('is nothing while it begins at 0, nor is it later, when what was folded is trimmed', async () => {
    const log = logOf(usage(0, 9), usage(1, 9));
    const { store, take, lines } = aProcess(log);
    expect(await take()).toEqual(new Map());
    await store.advance(new Map([['usage/0', { next: 5, occurredAt: null }]]));
    await store.advance(new Map([['usage/1', { next: 5, occurredAt: null }]]));
    log.begin = 4;
    expect(await aProcess(log, store).take()).toEqual(new Map());
    expect(lines).toEqual([]);
  });

  it('lies before the third day after its oldest record came, and stays what it was first', async () => {
    const log = logOf(usage(0, 9), usage(1, 9));
    log.begin = 3;
    const first = aProcess(log);
    const found = instant('2026-06-13T12:03:00Z');
    const both = new Map([
      [0, found],
      [1, found],
    ]);
    expect(await first.take()).toEqual(both);
    expect(first.told).toEqual([...both]);
    await first.store.advance(new Map([['usage/0', { next: 9, occurredAt: null }]]));
    log.begin = 7;
    const later = aProcess(log, first.store);
    expect(await later.take()).toEqual(both);
    expect(await later.take()).toEqual(both);
    expect(later.lines).toHaveLength(2);
    expect(later.lines[0]).toContain('"trimmed_at":"2026-06-13T12:03:00Z"');
  });

  it('is told by the clock, once, where no record is left', async () => {
    const log = logOf(usage(0, 3), usage(1, 9));
    log.begin = 3;
    const { store, take } = aProcess(log);
    const found = await take();
    expect(found.get(0)).toBe(instant('2026-11-26T10:00:00Z'));
    log.records.push(...usage(0, 5).slice(3));
    expect(await aProcess(log, store).take()).toEqual(found);
  });

  it('is what lies between where a chunk begins and what was folded before', async () => {
    const log = logOf(usage(0, 9), usage(1, 9));
    const { store, take, trimmed } = aProcess(log);
    await store.advance(new Map([['usage/1', { next: 9, occurredAt: null }]]));
    await take();
    const chunk = (from: number) => batchOf(usage(0, 9).slice(from));
    await trimmed.before(chunk(5), 5);
    await trimmed.before(chunk(2), 5);
    expect(trimmed.usage).toEqual(new Map());
    log.begin = 6;
    await trimmed.before(chunk(6), 5);
    const found = new Map([[0, instant('2026-06-13T12:06:00Z')]]);
    expect(trimmed.usage).toEqual(found);
    expect((await store.checkpoints()).get('usage/0')).toEqual({
      ...{ next: 0, occurredAt: null, trimmed: found.get(0) },
    });
    expect(await aProcess(log, store).take()).toMatchObject(found);
  });

  it('is not what another log held, which a person gave up', async () => {
    const { trimmed } = aProcess(logOf(usage(0, 9)));
    const again = { ...batchOf(usage(0, 1)), from: 2 ** 40, next: 2 ** 40 + 1 };
    await trimmed.before(again, 5);
    expect(trimmed.usage).toEqual(new Map());
  });

  it('may be of anybody where usage has more partitions than the other topics, or fewer', async () => {
    const later = usage(2, 9).map((one) => ({
      ...one,
      timestamp: (one.timestamp ?? 0) + 86_400_000,
    }));
    const log = logOf(usage(0, 9), usage(1, 9), later);
    log.begin = 3;
    const found = instant('2026-06-14T12:03:00Z');
    expect(await aProcess(log).take()).toEqual(new Map([0, 1, 2].map((number) => [number, found])));
  });
});
