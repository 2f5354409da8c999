import {
  createKafkaSource,
  type EventSource,
  type MissingHistory,
  kafkaMessageOf,
} from '@portal/streams';
import { type KafkaOptions } from './kafka-options.ts';

export interface AskedSource {
  readonly groupId: string;
  readonly onMissingHistory: (missing: MissingHistory) => void;
}

/** For a command that reads outside any group: nobody joins one of this name. What history is missing, its answer tells. */
export const BY_COMMAND: AskedSource = {
  groupId: 'portal-dashboard-command',
  onMissingHistory: () => undefined,
};

/** Who answers for a source, when nobody does. */
export const SOURCE = 'Kafka or the schema registry';

/**
 * Opens the topics for one command and closes them after its work. A source waits for its servers and only says so: what
 * it said last stands behind an error of the work, and once it is refused, which would last, the work ends.
 */
export async function askSource<Result>(
  kafka: KafkaOptions,
  { groupId, onMissingHistory }: AskedSource,
  work: (source: EventSource) => Promise<Result>,
): Promise<Result> {
  const trouble: { last: string | null; refused: string | null } = { last: null, refused: null };
  const source = await createKafkaSource({
    ...{ ...kafka, groupId },
    onMissingHistory: (missing) => {
      onMissingHistory(missing);
      return 'stop';
    },
    onNotice: (notice) => {
      if ('reason' in notice) trouble.last = notice.reason;
      if (notice.kind !== 'broker_away' || notice.refused !== true) return;
      trouble.refused ??= notice.reason;
      void source.close();
    },
  });
  try {
    return await work(source);
  } catch (error) {
    const said = trouble.refused ?? kafkaMessageOf(error);
    const why = trouble.refused === null && trouble.last !== null ? `: ${trouble.last}` : '';
    throw new Error(`${said}${why}`, { cause: error });
  } finally {
    await source.close();
  }
}
