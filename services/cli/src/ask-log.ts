import { type Decision } from '@portal/contracts';
import { answeredWithin, type LogRanges } from '@portal/streams';
import { askSource, BY_COMMAND, SOURCE } from './ask-source.ts';
import { type KafkaOptions } from './kafka-options.ts';

export type AskedKafka = KafkaOptions & { readonly timeoutMs: number };

/** What Kafka holds now, and on demand what people decided so far. */
export function askLog<Answer>(
  kafka: AskedKafka,
  ask: (log: LogRanges, decisions: () => Promise<readonly Decision[]>) => Promise<Answer> | Answer,
): Promise<Answer> {
  return askSource(kafka, BY_COMMAND, async (source) => {
    const within = <Told>(answer: Promise<Told>): Promise<Told> =>
      answeredWithin(answer, kafka.timeoutMs, SOURCE);
    return ask(await within(source.partitions()), () => within(source.decisions()));
  });
}
