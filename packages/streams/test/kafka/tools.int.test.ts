import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogRecord, parseLine, topicOf } from '@portal/contracts';
import { aUsage } from '@portal/testkit';
import { ConfigResourceTypes, ConfigSource } from 'kafkajs';
import { exportLines, type PartitionRange, publish, setUp } from '../../src/index.ts';
import { eventTopics } from '../../src/kafka/topics.ts';
import { broken, customerOf, recordOf, tombstone, until, usageOf } from '../recorder.ts';
import { kafka, keepProducersTimes, openSource, openStack, registry, type Stack } from './stack.ts';

const PUBLISHED_AT = Date.UTC(2026, 10, 10);

/** The records of usage, as a dump has them. */
async function usageLines(stack: Stack): Promise<readonly LogRecord[]> {
  const source = await openSource(stack);
  const records: LogRecord[] = [];
  for await (const line of exportLines(source)) {
    const parsed = parseLine(line, stack.prefix);
    if (parsed.kind === 'record' && parsed.record.family === 'usage') records.push(parsed.record);
  }
  await source.close();
  return records;
}

describe('set-up, publish and export', () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await openStack();
  });
  afterEach(async () => {
    await stack.close();
  });
  const options = (): {
    kafka: { brokers: string[] };
    registry: { url: string };
    prefix: string;
  } => ({
    kafka: kafka(),
    registry: registry(),
    prefix: stack.prefix,
  });

  it('sets up once; a second time finds everything there', async () => {
    const steps = await setUp(options());
    expect(steps.filter(({ kind }) => kind === 'topic')).toHaveLength(6);
    expect(steps.filter(({ kind }) => kind === 'schema')).toHaveLength(6);
    expect(steps.every((step) => step.kind === 'schema' || step.outcome === 'present')).toBe(true);
    const { topics } = await stack.admin.fetchTopicMetadata({
      topics: [topicOf('usage', stack.prefix), `${stack.prefix}.decisions`],
    });
    const counts = topics.map(({ name, partitions }) => [name, partitions.length]);
    expect(new Map(counts as [string, number][])).toEqual(
      new Map([
        [topicOf('usage', stack.prefix), 6],
        [`${stack.prefix}.decisions`, 1],
      ]),
    );
    const level = await fetch(`${registry().url}/config/${topicOf('usage', stack.prefix)}-value`);
    expect(await level.json()).toEqual({ compatibilityLevel: 'BACKWARD' });
  });

  it('takes topics as they are, adds partitions when asked to, and takes none away', async () => {
    const events = [...eventTopics(stack.prefix).keys()];
    const told = async (change: { partitions?: number } = {}) =>
      (await setUp({ ...options(), ...change })).flatMap((step) =>
        step.kind === 'topic' && events.includes(step.name)
          ? [`${step.outcome} ${step.partitions}`]
          : [],
      );
    expect(new Set(await told({ partitions: 8 }))).toEqual(new Set(['grown 8']));
    expect(new Set(await told())).toEqual(new Set(['present 8']));
    await expect(told({ partitions: 4 })).rejects.toThrow(
      /^4 partitions were asked for, and there are more already \(.*usage 8.*\): Kafka takes none away; ask for 8 or more$/,
    );
    const [usage = ''] = events.slice(3);
    await stack.admin.createPartitions({ topicPartitions: [{ topic: usage, count: 9 }] });
    await expect(told()).rejects.toThrow(
      /different numbers of partitions \(.*usage 9.*\), .* ask for 9 or more, then those that have less grow$/,
    );
    expect(new Set(await told({ partitions: 9 }))).toEqual(new Set(['grown 9', 'present 9']));
  });

  it('lets new topics keep the time of arrival, tells of those that do not, and changes them only when asked', async () => {
    const name = 'message.timestamp.type';
    const topic = topicOf('usage', stack.prefix);
    const settings = async () => {
      const { resources } = await stack.admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: ConfigResourceTypes.TOPIC, name: topic }],
      });
      const entries = resources[0]!.configEntries.filter(
        ({ configSource }) => configSource === ConfigSource.TOPIC_CONFIG,
      );
      return Object.fromEntries(entries.map((one) => [one.configName, one.configValue]));
    };
    const kept = { 'cleanup.policy': 'delete', 'retention.ms': '-1' };
    expect(await settings()).toEqual({ ...kept, [name]: 'LogAppendTime' });
    await stack.produce([recordOf(usageOf(1, 'usage-0'), { timestamp: PUBLISHED_AT })]);
    expect((await usageLines(stack))[0]!.timestamp).toBeGreaterThan(PUBLISHED_AT);
    const told = async (stampArrival = false) =>
      (await setUp({ ...options(), stampArrival })).filter(
        ({ kind }) => kind !== 'topic' && kind !== 'schema',
      );
    expect(await told()).toEqual([]);

    await stack.admin.deleteTopics({ topics: [topic] });
    const configEntries = [
      { name: 'retention.ms', value: '-1' },
      { name: 'max.message.bytes', value: '2000000' },
    ];
    await until('the old one to go', async () => !(await stack.admin.listTopics()).includes(topic));
    await stack.admin.createTopics({ topics: [{ topic, numPartitions: 6, configEntries }] });
    const before = { 'retention.ms': '-1', 'max.message.bytes': '2000000' };
    const others = { kind: 'producers_time', topics: [topic] };
    expect(await told()).toEqual([{ ...others, outcome: 'kept' }]);
    expect(await settings()).toEqual(before);
    expect(await told(true)).toEqual([{ ...others, outcome: 'changed' }]);
    await until('the new setting', async () => name in (await settings()));
    expect(await settings()).toEqual({ ...before, [name]: 'LogAppendTime' });
    expect(await told()).toEqual([]);
  });

  it('exports what is left of a trimmed partition, and names it with its begin', async () => {
    await stack.produce(['a', 'b', 'c'].map((id) => recordOf(usageOf(1, id))));
    const [first] = await usageLines(stack);
    const partition = first?.partition ?? -1;
    await stack.deleteBefore('usage', partition, 2);
    const source = await openSource(stack);
    const cut: PartitionRange[] = [];
    const onCut = (ranges: readonly PartitionRange[]): void => void cut.push(...ranges);
    const lines: string[] = [];
    for await (const line of exportLines(source, { onCut })) lines.push(line);
    await source.close();
    expect(lines).toEqual([expect.stringContaining('"event_id":"c"')]);
    expect(cut).toMatchObject([{ family: 'usage', partition, begin: 2, end: 3 }]);
  });

  it('refuses an event larger than its topic takes, by itself: those around it are published', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`p${n}`, '€'.repeat(4_000)]),
    );
    const told: string[] = [];
    const count = await publish(
      [
        recordOf(usageOf(1, 'before')),
        recordOf(aUsage({ properties }, { event_id: 'huge' })),
        recordOf(usageOf(1, 'behind')),
      ],
      { ...options(), onRefused: (_record, reason) => told.push(reason) },
    );
    expect(count).toEqual({ published: 2, refused: 1 });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(
      /^takes 12\d{5} bytes in Kafka, more than the topic \S+\.usage allows \(max\.message\.bytes\)$/,
    );
    const source = await openSource(stack);
    const lines: string[] = [];
    for await (const line of exportLines(source)) lines.push(line);
    await source.close();
    expect(lines.map((line) => /"event_id":"(\w+)"/.exec(line)?.[1])).toEqual(['before', 'behind']);
  });

  it('exports what was published, coordinates and parked records included; a dump publishes to the same dump', async () => {
    await keepProducersTimes(stack);
    await stack.produce([
      recordOf(usageOf(1, 'usage-0'), { timestamp: PUBLISHED_AT, headers: { trace: 'a' } }),
      recordOf(customerOf(2, 'customer-0')),
      tombstone('wallets', 3),
      broken('invoices', 5),
    ]);
    const source = await openSource(stack);
    const lines: string[] = [];
    for await (const line of exportLines(source)) lines.push(line);
    await source.close();
    const records = lines.map((line) => {
      const parsed = parseLine(line, stack.prefix);
      if (parsed.kind !== 'record') throw new Error(parsed.error.reason);
      return parsed.record;
    });
    expect(records.map(({ family, decoded }) => [family, decoded.kind]).sort()).toEqual([
      ['customers', 'event'],
      ['invoices', 'undecodable'],
      ['usage', 'event'],
      ['wallets', 'null'],
    ]);
    const usage = records.find(({ family }) => family === 'usage')!;
    expect(usage).toMatchObject({ offset: 0, timestamp: PUBLISHED_AT });
    expect(usage.headers).toMatchObject({
      ...{ trace: 'a', ce_specversion: '1.0', ce_id: 'usage-0', ce_type: 'usage.recorded' },
      ce_subject: usage.key,
    });

    const refused: LogRecord[] = [];
    const other = await openStack();
    await keepProducersTimes(other);
    const published = await publish(records, {
      ...{ kafka: kafka(), registry: registry(), prefix: other.prefix },
      onRefused: (record) => refused.push(record),
    });
    expect(published).toEqual({ published: 3, refused: 1 });
    expect(refused.map(({ family }) => family)).toEqual(['invoices']);
    const again = await openSource(other);
    const copied: string[] = [];
    for await (const line of exportLines(again)) copied.push(line);
    expect(copied).toEqual(lines.filter((line) => !line.includes('undecodable')));
    await again.close();
    await other.close();
  });
});
