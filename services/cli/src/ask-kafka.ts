import { topicOf } from '@portal/contracts';
import { FAMILIES, type Family } from '@portal/projection';
import { createKafkaSource, type EventSource, type LogRanges } from '@portal/streams';
import { type KafkaOptions } from './kafka-options.ts';

/** How long Kafka is waited for. */
const PATIENCE_MS = 15_000;

export interface Place {
  readonly family: Family;
  readonly partition: number;
}

/** What Kafka holds now, and a source to ask more of. A Kafka that cannot be used is named, with the reason. */
export async function askKafka<Answer>(
  kafka: KafkaOptions,
  ask: (source: EventSource, ranges: LogRanges) => Promise<Answer> | Answer,
): Promise<Answer> {
  let trouble: string | null = null;
  const source = await createKafkaSource({
    ...kafka,
    groupId: 'portal-dashboard-command',
    onHistoryLost: () => 'stop',
    onNotice: (notice) => {
      if (notice.kind === 'broker_away') trouble = notice.reason;
    },
  });
  try {
    const ranges = await source.partitions(PATIENCE_MS).catch((cause: unknown) => {
      if (trouble === null) throw cause;
      const where = kafka.kafka.brokers.join(', ');
      throw new Error(`Kafka at ${where} cannot be used: ${trouble}`, { cause });
    });
    return await ask(source, ranges);
  } finally {
    await source.close();
  }
}

/** Why there is no such partition, with how many there are; null: it is there. */
export function placeFault(
  { family, partition }: Place,
  { ranges, missing }: LogRanges,
  prefix: string,
): string | null {
  const topic = topicOf(family, prefix);
  if (missing.includes(family)) return `the topic ${topic} is not there: make it first (setup)`;
  const own = ranges.filter((range) => range.family === family);
  if (own.some((range) => range.partition === partition)) return null;
  return `there is no ${family}/${partition}: the topic ${topic} has ${own.length} partitions, from 0 on`;
}

/** What `usage/3` names, or what is wrong with it. */
export function placeOf(text: string): Place | string {
  const [name, number = '', ...rest] = text.split('/');
  const family = FAMILIES.find((one) => one === name);
  const isNumber = /^\d{1,9}$/.test(number);
  return family === undefined || !isNumber || rest.length > 0
    ? `${text} is no family/partition, such as usage/3`
    : { family, partition: Number(number) };
}
