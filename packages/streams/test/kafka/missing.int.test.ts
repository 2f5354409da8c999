import { topicOf } from '@portal/contracts';
import { FAMILIES, type Family, type PartitionName } from '@portal/projection';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EventSource, exportLines, publish, setUp, type Start } from '../../src/index.ts';
import {
  createRecorder,
  customerOf,
  eventIds,
  recordOf,
  type Recorder,
  until,
  usageOf,
} from '../recorder.ts';
import { kafka, openSource, openStack, registry, type Stack } from './stack.ts';

const AT = { family: 'usage', partition: 0 } as const;

describe('a topic that is not there', () => {
  let stack: Stack;
  let source: EventSource;
  beforeEach(async () => {
    stack = await openStack();
    source = await openSource(stack);
  });
  afterEach(async () => {
    await source.close();
    await stack.close();
  });

  const options = () => ({ kafka: kafka(), registry: registry(), prefix: stack.prefix });
  const remove = async (...families: readonly Family[]): Promise<void> => {
    const topics = families.map((family) => topicOf(family, stack.prefix));
    await stack.admin.deleteTopics({ topics });
    await until('the topics to go', async () => {
      const there = await stack.admin.listTopics();
      return topics.every((topic) => !there.includes(topic));
    });
  };
  const isRead = (recorder: Recorder, id: string): Promise<void> =>
    until(`${id} to be read`, () => eventIds(recorder.committed).includes(id));
  const missing = async (): Promise<readonly Family[]> => (await source.partitions()).missing;

  it('deleted under a follower: the others are told and read on, it is named, and read on once it is right', async () => {
    await stack.produce([recordOf(usageOf(1, 'old'), { partition: 0 })]);
    const starts = new Map<PartitionName, Start>();
    const recorder = createRecorder({ starts });
    const following = await source.follow(recorder);
    await isRead(recorder, 'old');
    // As a store would know it.
    starts.set('usage/0', { next: 1, from: 1 });
    await remove('usage');
    await until('it to be named', () => following.held().length === 6);
    const { ranges, missing: gone } = await source.partitions();
    expect(gone).toEqual(['usage']);
    expect(new Set(ranges.map(({ family }) => family))).toEqual(
      new Set(FAMILIES.filter((family) => family !== 'usage')),
    );
    await stack.produce([recordOf(customerOf(1, 'meanwhile'), { partition: 0 })]);
    await isRead(recorder, 'meanwhile');
    // Behind the new join as well.
    await until('five topics to be joined without it', () => recorder.assignments.length > 1);
    await until('it to be named again', () => following.held().length === 6);
    const held = following.held();
    expect(held.every(({ family }) => family === 'usage')).toBe(true);
    // Of five partitions nothing was read: there is nothing to decide.
    expect(held.filter(({ why }) => why === 'topic_missing')).toHaveLength(5);
    expect(held.find(({ why }) => why === 'history_changed')).toMatchObject({
      ...{ ...AT, found: { kind: 'gone', history: 0, wanted: 1 } },
      detail: expect.stringMatching(/^folded up to usage\/0@1, .*setup.*history accept/),
    });
    await stack.produce([recordOf(customerOf(1, 'later'), { partition: 0 })]);
    await isRead(recorder, 'later');

    await setUp({ ...options(), partitions: 6 });
    await stack.produce([recordOf(usageOf(2, 'elsewhere'), { partition: 1 })]);
    await isRead(recorder, 'elsewhere');
    await until('what was read of it to be named as shorter', () =>
      following.held().some((each) => 'found' in each && each.found.kind === 'shorter'),
    );
    await until('the empty ones to go on', () => following.held().length === 1);
    expect(await missing()).toEqual([]);
    expect(recorder.broken).toEqual([]);
  });

  it('when following begins: the others are read, and it too, within seconds of its making', async () => {
    await remove('usage');
    await stack.produce([recordOf(customerOf(1, 'there'), { partition: 0 })]);
    const recorder = createRecorder();
    const following = await source.follow(recorder);
    await isRead(recorder, 'there');
    expect(recorder.owned.size).toBe(30);
    await until('it to be named', () => following.held().length === 6);
    expect(following.held()[0]).toMatchObject({
      ...{ family: 'usage', why: 'topic_missing' },
      detail: `the topic ${stack.prefix}.usage is not there: setup makes it`,
    });
    await setUp({ ...options(), partitions: 6 });
    await stack.produce([recordOf(usageOf(1, 'new'), { partition: 0 })]);
    await isRead(recorder, 'new');
    await until('nothing to wait', () => following.held().length === 0);
    expect(recorder.broken).toEqual([]);
  });

  it('nor any other one, as before the first set-up: all are read once they are made', async () => {
    await remove(...FAMILIES);
    const recorder = createRecorder();
    const following = await source.follow(recorder);
    expect(await source.partitions()).toEqual({ ranges: [], missing: [...FAMILIES] });
    await setUp({ ...options(), partitions: 6 });
    await stack.produce([recordOf(usageOf(1, 'first')), recordOf(customerOf(1, 'second'))]);
    await isRead(recorder, 'first');
    await isRead(recorder, 'second');
    expect(following.held()).toEqual([]);
    expect(await missing()).toEqual([]);
  });

  it('is no place to wait at: reading of it, publishing to it and a dump say that it is not there', async () => {
    await stack.produce([recordOf(customerOf(1, 'there'))]);
    await remove('usage');
    const read = async (): Promise<void> => {
      for await (const { records } of source.read(AT, 0, 1)) expect(records).toEqual([]);
    };
    await expect(read()).rejects.toThrow(`the topic ${stack.prefix}.usage is not there`);
    const publishing = publish([recordOf(usageOf(1, 'lost'))], {
      ...options(),
      onRefused: () => undefined,
    });
    await expect(publishing).rejects.toThrow('a topic does not exist: setup creates them');
    await expect(exportLines(source).next()).rejects.toThrow('topics are not there: usage');
    const told: (readonly Family[])[] = [];
    const lines: string[] = [];
    for await (const line of exportLines(source, { onMissing: (gone) => told.push(gone) })) {
      lines.push(line);
    }
    expect(told).toEqual([['usage']]);
    expect(lines).toEqual([expect.stringContaining('"event_id":"there"')]);
  });

  it('nor is one that was made again and is empty: what was in it does not come', async () => {
    await stack.produce([recordOf(usageOf(1, 'old'), { partition: 0 })]);
    const { ranges } = await source.partitions();
    expect(ranges.find((range) => range.family === 'usage' && range.partition === 0)?.end).toBe(1);
    await remove('usage');
    await setUp({ ...options(), partitions: 6 });
    const read = async (): Promise<void> => {
      for await (const { records } of source.read(AT, 0, 1)) expect(records).toEqual([]);
    };
    await expect(read()).rejects.toThrow('offset 0 of usage/0 is gone, the log holds 0 to 0');
  });
});
