import { type Decision, topicOf } from '@portal/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  decide,
  type EventSource,
  type Following,
  historyOf,
  setUp,
  type SourceRecord,
} from '../../src/index.ts';
import { createRecorder, eventIds, recordOf, type Recorder, until, usageOf } from '../recorder.ts';
import { kafka, openSource, openStack, registry, type Stack } from './stack.ts';

const AT = { family: 'usage', partition: 0 } as const;
const NEW_LOG = 2 ** 40;

describe('a topic that is deleted and made again', () => {
  let stack: Stack;
  let source: EventSource;
  const following: Following[] = [];
  beforeEach(async () => {
    stack = await openStack();
    source = await openSource(stack);
  });
  afterEach(async () => {
    following.length = 0;
    await source.close();
    await stack.close();
  });

  const options = () => ({ kafka: kafka(), registry: registry(), prefix: stack.prefix });
  const usages = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => recordOf(usageOf(1, `${name}-${n}`), { partition: 0 }));
  const remake = async (): Promise<void> => {
    const topic = topicOf('usage', stack.prefix);
    await stack.admin.deleteTopics({ topics: [topic] });
    await until('the topic to go', async () => !(await stack.admin.listTopics()).includes(topic));
    await setUp({ ...options(), partitions: 6 });
  };
  const follow = async (recorder: Recorder): Promise<Following> => {
    const begun = await source.follow(recorder);
    following.push(begun);
    return begun;
  };
  const heldOf = (one: Following) => one.held().filter(({ why }) => why === 'history_changed');
  const accepted = (history: number, begin: number): Decision => ({
    ...{ decision_id: `d-${history}`, decision_type: 'history.accepted', decided_at: 1 },
    ...{ decided_by: 'Ada', reason: 'a test' },
    history_accepted: { ...AT, history, begin, found: 'made again' },
  });
  const ofUsage = ({ committed }: Recorder): readonly SourceRecord[] =>
    committed.filter(({ family }) => family === 'usage');

  it.each([
    ['holds fewer records than before', 2],
    ['has grown beyond the old end', 9],
  ])(
    'under a follower is named and held, and read as a new log once accepted: it %s',
    async (_, count) => {
      await stack.produce(usages('old', 5));
      const recorder = createRecorder();
      const one = await follow(recorder);
      await until('the old ones', () => ofUsage(recorder).length === 5);
      await remake();
      await stack.produce(usages('new', count));
      await until('it to be named', () => heldOf(one).length > 0);
      expect(heldOf(one)).toMatchObject([{ ...AT, detail: expect.stringContaining('made again') }]);
      const [notice] = stack.notices.filter(({ kind }) => kind === 'history_changed');
      expect(notice).toMatchObject({
        ...AT,
        found: { kind: expect.stringMatching(/^(shorter|other_record)$/), wanted: 5 },
      });
      // The others go on meanwhile.
      await stack.produce([recordOf(usageOf(2, 'elsewhere'), { partition: 1 })]);
      await until('another partition', () => eventIds(recorder.committed).includes('elsewhere'));
      expect(eventIds(ofUsage(recorder)).filter((id) => id.startsWith('new'))).toEqual([]);

      await decide([accepted(1, 0)], options());
      await until('the new ones', () => ofUsage(recorder).length === 6 + count);
      const news = ofUsage(recorder).filter(({ offset }) => historyOf(offset) === 1);
      expect(news.map(({ offset }) => offset - NEW_LOG)).toEqual(
        Array.from({ length: count }, (_x, n) => n),
      );
      expect(heldOf(one)).toEqual([]);
      expect(
        (await source.partitions()).ranges.find((r) => r.family === 'usage' && r.partition === 0),
      ).toEqual({
        ...AT,
        begin: NEW_LOG,
        end: NEW_LOG + count,
      });
      const read: SourceRecord[] = [];
      for await (const { records } of source.read(AT, NEW_LOG, NEW_LOG + count))
        read.push(...records);
      expect(read.map(({ offset }) => offset)).toEqual(news.map(({ offset }) => offset));
      expect(await source.decisions()).toEqual([accepted(1, 0)]);
    },
  );

  it('while nobody followed is recognised by the record read last, however far it has grown', async () => {
    await stack.produce(usages('old', 5));
    const before = createRecorder();
    const first = await follow(before);
    await until('the old ones', () => ofUsage(before).length === 5);
    await first.stop();
    const batch = before.batches.findLast(({ family }) => family === 'usage')!;
    const last = { offset: 4, fingerprint: batch.fingerprintOf?.(4) ?? '' };
    expect(last.fingerprint).toMatch(/^[0-9a-f]{16}$/);

    const starts = new Map([['usage/0' as const, { next: 5, from: 3, last }]]);
    const same = createRecorder({ starts });
    const second = await follow(same);
    await until('what is read again', () => ofUsage(same).length === 2);
    await second.stop();

    await remake();
    await stack.produce(usages('new', 9));
    const after = createRecorder({ starts });
    const third = await follow(after);
    await until('it to be named', () => heldOf(third).length > 0);
    expect(heldOf(third)).toMatchObject([
      { found: { kind: 'other_record', history: 0, wanted: 5, offset: 4, begin: 0, end: 9 } },
    ]);
    expect(ofUsage(after)).toEqual([]);
  });
});

describe('decisions', () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await openStack();
  });
  afterEach(() => stack.close());

  it('that cannot be read decide nothing, are named, and hide none behind them', async () => {
    const topic = `${stack.prefix}.decisions`;
    const options = { kafka: kafka(), registry: registry(), prefix: stack.prefix };
    await stack.producer.send({
      topic,
      messages: [{ value: null }, { value: Buffer.from([0, 1]) }, { value: Buffer.alloc(30_000) }],
    });
    const decision: Decision = {
      ...{ decision_id: 'd', decision_type: 'parked.accepted', decided_at: 1 },
      ...{ decided_by: 'Ada', reason: 'known' },
      parked_accepted: {
        ...{ family: 'usage', partition: 3, code: 'contract_invalid', field: 'usage.value' },
        ...{ schema_id: null, first_offset: 0, last_offset: null },
      },
    };
    await decide([decision], options);
    const source = await openSource(stack);
    expect(await source.decisions()).toEqual([decision]);
    await source.close();
    const named = stack.notices.filter(({ kind }) => kind === 'decision_unreadable');
    expect(named).toMatchObject([{ offset: 0 }, { offset: 1 }, { offset: 2 }]);
  });

  it('of a topic that was made again are read from its begin, whatever its length', async () => {
    const topic = `${stack.prefix}.decisions`;
    const options = { kafka: kafka(), registry: registry(), prefix: stack.prefix };
    const decided = (partition: number): Decision => ({
      ...{ decision_id: `d-${partition}`, decision_type: 'history.accepted', decided_at: 1 },
      ...{ decided_by: 'Ada', reason: 'a test' },
      history_accepted: { family: 'usage', partition, history: 1, begin: 0, found: 'x' },
    });
    const partitionsOf = async (source: EventSource) =>
      (await source.decisions()).flatMap((one) =>
        one.decision_type === 'history.accepted' ? [one.history_accepted.partition] : [],
      );
    await decide([decided(0), decided(1)], options);
    const source = await openSource(stack);
    expect(await partitionsOf(source)).toEqual([0, 1]);
    let before = 2;
    for (const count of [1, 1, 2]) {
      await stack.admin.deleteTopics({ topics: [topic] });
      await until('it to go', async () => !(await stack.admin.listTopics()).includes(topic));
      await setUp(options);
      const news = Array.from({ length: count }, (_, n) => decided(before + n));
      await decide(news, options);
      before += count;
      await until('the new ones', async () => (await partitionsOf(source)).length === before);
    }
    await source.close();
  });

  it('may not be written when they break a rule', async () => {
    const options = { kafka: kafka(), registry: registry(), prefix: stack.prefix };
    const wrong = { decision_id: 'd', decision_type: 'history.accepted', decided_at: 1 } as const;
    const payload = { family: 'usage', partition: 0, history: 9_000, begin: 0, found: '' } as const;
    await expect(
      decide([{ ...wrong, decided_by: 'Ada', reason: 'x', history_accepted: payload }], options),
    ).rejects.toThrow('history_accepted.history');
  });
});

describe('a source', () => {
  it('closes every connection it opened, however many reads began at once', async () => {
    const sockets = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    // Test files that ran in this process before may have left some open.
    const others = sockets();
    const stack = await openStack();
    await stack.produce([recordOf(usageOf(1, 'usage-0'), { partition: 0 })]);
    await until('the connections of publishing to close', () => sockets() <= others + 4);
    const before = sockets();
    const source = await openSource(stack);
    const readOne = async (): Promise<number> => {
      let count = 0;
      for await (const { records } of source.read(AT, 0, 1)) count += records.length;
      return count;
    };
    const counts = await Promise.all(Array.from({ length: 30 }, readOne));
    expect(counts.every((count) => count === 1)).toBe(true);
    await source.close();
    await until('every connection to be closed', () => sockets() <= before, 10_000);
    await stack.close();
  });

  it('follows partitions that are added within seconds', async () => {
    const stack = await openStack();
    const source = await openSource(stack);
    const recorder = createRecorder();
    await source.follow(recorder);
    await until('all six', () => recorder.owned.size === 30);
    const partitions = 12;
    await setUp({ kafka: kafka(), registry: registry(), prefix: stack.prefix, partitions });
    await stack.produce([recordOf(usageOf(1, 'in-a-new-one'), { partition: 11 })]);
    await until('the record in a new one', () => eventIds(recorder.committed).length === 1, 20_000);
    expect(recorder.owned.size).toBe(60);
    expect((await source.partitions()).ranges.length).toBe(60);
    expect(recorder.broken).toEqual([]);
    await source.close();
    await stack.close();
  });
});
